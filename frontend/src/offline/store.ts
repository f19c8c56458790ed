/** One table of the browser's own database; used by pages and by service workers. */
export class Table<Row> {
  constructor(
    private readonly database: string,
    private readonly name: string,
  ) {}

  keep = (row: Row) => this.inStore("readwrite", (store) => store.put(row));
  forget = (id: string) => this.inStore("readwrite", (store) => store.delete(id));
  all = async () => (await this.inStore("readonly", (store) => store.getAll())) as Row[];

  private open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(this.database, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(this.name, { keyPath: "id" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  private async inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await this.open();
    try {
      return await new Promise<T>((resolve, reject) => {
        const work = database.transaction(this.name, mode);
        const asked = act(work.objectStore(this.name));
        work.oncomplete = () => resolve(asked.result);
        work.onabort = work.onerror = () => reject(work.error);
      });
    } finally {
      database.close();
    }
  }
}
