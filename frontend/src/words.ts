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
  signHere: { th: "กรอบสำหรับเซ็นชื่อ ถ้าเซ็นไม่ได้ให้พิมพ์ชื่อในช่องถัดไป", en: "Sign here, or type your name in the next field" },
  signed: { th: "เซ็นแล้ว", en: "Signed" },
  photosChosen: { th: "รูปที่เลือกแล้ว", en: "Chosen photos" },
  photoTake: { th: "ถ่ายรูป", en: "Take a photo" },
  photoChoose: { th: "เลือกรูปในเครื่อง", en: "Choose photos" },
  photoRemove: { th: "เอารูปออก", en: "Remove photo" },
  photoNumber: { th: "รูปที่ {n}", en: "Photo {n}" },
  photosHeld: { th: "แนบ {n}", en: "Attached: {n}" },
  photoShrinking: { th: "กำลังย่อรูป…", en: "Making the photo smaller…" },
  photoTooMany: { th: "แนบได้ไม่เกิน {n} รูป", en: "At most {n} photos" },
  photoTooBig: { th: "รูปใหญ่เกิน {n} MB โปรดถ่ายใหม่ด้วยขนาดเล็กลง", en: "The photo is larger than {n} MB; take a smaller one" },
  photoNone: { th: "“{n}” ไม่ใช่รูป", en: "“{n}” is not a picture" },
  photoUnseen: { th: "แนบแล้ว (เครื่องนี้แสดงตัวอย่างไม่ได้)", en: "Attached (no preview on this device)" },
  draftFound: { th: "นำสิ่งที่พิมพ์ค้างไว้กลับมาแล้ว", en: "What you had typed is back" },
  draftWaits: { th: "เก็บไว้ในเครื่องนี้แล้ว จะส่งเมื่อมีสัญญาณ", en: "Kept on this device; it will be sent when there is a signal" },
  draftWaitsOpen: {
    th: "เก็บไว้ในเครื่องนี้แล้ว จะส่งเมื่อมีสัญญาณ เปิดหน้านี้ไว้ หรือกลับมาเปิดอีกครั้ง",
    en: "Kept on this device; it will be sent when there is a signal. Leave this page open, or open it again.",
  },
  draftSent: { th: "ส่งแล้ว", en: "Sent" },
  draftChecking: { th: "ส่งครบแล้ว กำลังบันทึก…", en: "Sent; being recorded…" },
  draftReceipt: { th: "เปิดใบรับเรื่อง", en: "Open the receipt" },
  draftRefused: { th: "ยังส่งไม่ได้ ต้องแก้ไขก่อน", en: "Not sent yet: something must be corrected" },
  draftOpen: { th: "เปิดแก้ไข", en: "Open to correct" },
  draftDelete: { th: "ลบร่าง", en: "Delete draft" },
  draftDeleted: { th: "ลบร่างออกจากเครื่องนี้แล้ว", en: "The draft was deleted from this device" },
  draftNeedsWords: { th: "เขียนสั้น ๆ ก่อนว่าเกิดอะไรขึ้น", en: "First write shortly what happened" },
  draftNoRoom: {
    th: "ไม่มีสัญญาณ และเครื่องนี้เก็บร่างไม่ได้ โปรดอย่าปิดหน้านี้ แล้วกดส่งอีกครั้งเมื่อมีสัญญาณ",
    en: "No signal, and this device cannot keep drafts. Leave this page open and send again when there is a signal.",
  },
  placeLooking: { th: "กำลังหาตำแหน่ง…", en: "Finding where you are…" },
  placeFound: { th: "ปักตำแหน่งแล้ว คลาดเคลื่อนประมาณ {n} เมตร", en: "Place set, within about {n} metres" },
  placeSet: { th: "ปักตำแหน่งแล้ว", en: "Place set" },
  placeLineSet: { th: "วาดแนวแล้ว", en: "Line drawn" },
  placeAreaSet: { th: "วาดบริเวณแล้ว", en: "Area drawn" },
  placeOutside: { th: "ตำแหน่งนี้อยู่นอกเขตเทศบาล ตรวจอีกครั้งหรือบอกจุดสังเกตแทน", en: "This place is outside the town; check it, or describe the spot instead" },
  placeUnknown: {
    th: "หาตำแหน่งไม่ได้ โปรดอนุญาตให้ใช้ตำแหน่งในเบราว์เซอร์ หรือบอกจุดสังเกตด้านล่างแทน",
    en: "Your place is not known. Allow the browser to use it, or describe the spot below.",
  },
  placeCleared: { th: "เอาตำแหน่งออกแล้ว", en: "Place removed" },
  actsWaiting: { th: "รอส่ง {n} รายการ", en: "{n} waiting to be sent" },
  actsRefused: { th: "ไม่สำเร็จ {n} รายการ", en: "{n} refused" },
  actWaits: { th: "รอส่ง", en: "Waiting to be sent" },
  actKept: { th: "เก็บไว้ในเครื่องแล้ว จะส่งเมื่อมีสัญญาณ", en: "Kept on this device; it will be sent when there is a signal" },
  actSent: { th: "บันทึกแล้ว", en: "Recorded" },
  actSend: { th: "ส่งตอนนี้", en: "Send now" },
  actAgain: { th: "ลองอีกครั้ง", en: "Try again" },
  actBack: { th: "นำกลับไปแก้", en: "Put back to correct" },
  actOld: { th: "{n} วันก่อน", en: "{n} days ago" },
  actDelete: { th: "ลบรายการ", en: "Delete" },
  actNoRoom: { th: "เครื่องนี้เก็บรายการไม่ได้ โปรดอย่าปิดหน้านี้ แล้วลองใหม่เมื่อมีสัญญาณ", en: "This device cannot keep it. Leave this page open and try again with a signal." },
  actsSignedOut: { th: "หมดเวลาใช้งาน เข้าสู่ระบบอีกครั้งเพื่อส่งรายการที่รออยู่", en: "You were signed out. Sign in again to send what waits." },
  dayKept: { th: "หน้านี้เปิดได้แม้ไม่มีสัญญาณ", en: "This page opens without a signal" },
  scanOpen: { th: "เปิดกล้องสแกน", en: "Scan with the camera" },
  scanClose: { th: "ปิดกล้อง", en: "Close the camera" },
  scanLight: { th: "ไฟฉาย", en: "Light" },
  scanHint: { th: "วางรหัสไว้ในกรอบ", en: "Hold the code inside the frame" },
  scanFound: { th: "อ่านได้: {n}", en: "Read: {n}" },
  scanDenied: { th: "ยังไม่ได้อนุญาตให้ใช้กล้อง เปิดสิทธิ์กล้องของเว็บนี้ในเบราว์เซอร์ หรือพิมพ์รหัสแทน", en: "The camera is not allowed. Allow it for this site in the browser, or type the code." },
  scanNoCamera: { th: "เปิดกล้องไม่ได้ในเครื่องนี้ โปรดพิมพ์รหัสแทน", en: "No camera can be opened here. Please type the code." },
  countLeft: { th: "เหลือ {n} รายการ", en: "{n} left" },
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
