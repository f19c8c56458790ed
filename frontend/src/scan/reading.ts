/**
 * Codes in pictures where the browser itself cannot read them (Safari, Firefox, Chrome on Linux and Windows): QR and the
 * bars of shops and parcels, in plain JavaScript, without wasm or eval. Loaded only when such a camera opens.
 * By path, not by the library's front door: that would bring PDF417, Aztec and MaxiCode along.
 */
import BarcodeFormat from "@zxing/library/es2015/core/BarcodeFormat";
import BinaryBitmap from "@zxing/library/es2015/core/BinaryBitmap";
import DecodeHintType from "@zxing/library/es2015/core/DecodeHintType";
import HybridBinarizer from "@zxing/library/es2015/core/common/HybridBinarizer";
import MultiFormatOneDReader from "@zxing/library/es2015/core/oned/MultiFormatOneDReader";
import QRCodeReader from "@zxing/library/es2015/core/qrcode/QRCodeReader";
import RGBLuminanceSource from "@zxing/library/es2015/core/RGBLuminanceSource";

const hints = new Map<DecodeHintType, unknown>([
  [
    DecodeHintType.POSSIBLE_FORMATS,
    [BarcodeFormat.EAN_13, BarcodeFormat.EAN_8, BarcodeFormat.UPC_A, BarcodeFormat.UPC_E, BarcodeFormat.CODE_128, BarcodeFormat.CODE_39, BarcodeFormat.ITF],
  ],
]);
const square = new QRCodeReader();
const bars = new MultiFormatOneDReader(hints);

/** The text of the code in a picture, "" when there is none to read. */
export function read(picture: ImageData): string {
  const source = new RGBLuminanceSource(greyOf(picture), picture.width, picture.height);
  const bitmap = new BinaryBitmap(new HybridBinarizer(source));
  return attempt(() => square.decode(bitmap, hints)) || attempt(() => bars.decode(bitmap, hints));
}

/** "Nothing here" is an exception to the library. */
function attempt(decode: () => { getText(): string }): string {
  try {
    return decode().getText();
  } catch {
    return "";
  }
}

function greyOf({ data, width, height }: ImageData): Uint8ClampedArray {
  const grey = new Uint8ClampedArray(width * height);
  for (let pixel = 0, place = 0; pixel < grey.length; pixel++, place += 4) {
    grey[pixel] = (data[place]! * 306 + data[place + 1]! * 601 + data[place + 2]! * 117) >> 10;
  }
  return grey;
}
