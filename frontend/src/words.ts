/** The few sentences that scripts say, in the language of <html lang>. Sentences of pages belong to the server. */
type Sentence = { th: string; en: string };

const sentences = {
  close: { th: "ปิด", en: "Close" },
  noAnswer: { th: "ระบบไม่ตอบ กรุณาลองอีกครั้ง", en: "No answer from the server. Please try again." },
  wentWrong: { th: "เกิดข้อผิดพลาด กรุณาลองอีกครั้ง", en: "Something went wrong. Please try again." },
  notAllowed: { th: "คุณไม่มีสิทธิ์ทำรายการนี้", en: "You may not do this." },
  signedOut: { th: "หมดเวลาใช้งาน กรุณาเข้าสู่ระบบใหม่", en: "You were signed out. Please sign in again." },
  tooMany: { th: "ทำรายการถี่เกินไป กรุณารอสักครู่", en: "Too many requests. Please wait a little." },
  copied: { th: "คัดลอกแล้ว", en: "Copied" },
  unsaved: { th: "มีข้อมูลที่ยังไม่ได้บันทึก", en: "There are unsaved changes" },
  chosen: { th: "เลือกแล้ว {n} รายการ", en: "{n} selected" },
  sending: { th: "กำลังส่ง {n}%", en: "Sending {n}%" },
  checking: { th: "ส่งครบแล้ว กำลังตรวจไฟล์…", en: "Sent; the file is being checked…" },
  cancelled: { th: "ยกเลิกการส่งไฟล์แล้ว ไม่มีข้อมูลถูกบันทึก", en: "Upload cancelled; nothing was kept" },
  tooBig: { th: "ไฟล์ใหญ่เกินกำหนด (ไม่เกิน {n} MB)", en: "The file is too big (at most {n} MB)" },
  table: { th: "ดูเป็นตาราง", en: "Show as a table" },
  chart: { th: "ดูเป็นกราฟ", en: "Show as a chart" },
  savePicture: { th: "บันทึกรูป PNG", en: "Save as PNG" },
  noFigures: { th: "ยังไม่มีข้อมูลให้แสดง", en: "No figures to show yet" },
  item: { th: "รายการ", en: "Item" },
  male: { th: "ชาย", en: "Male" },
  female: { th: "หญิง", en: "Female" },
} satisfies Record<string, Sentence>;

const language = document.documentElement.lang.startsWith("en") ? "en" : "th";

export function say(name: keyof typeof sentences, n?: number | string): string {
  return sentences[name][language].replace("{n}", String(n ?? ""));
}

export function thaiNumber(value: number): string {
  return new Intl.NumberFormat(language === "en" ? "en-GB" : "th-TH-u-nu-latn", { maximumFractionDigits: 2 }).format(value);
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}
