//! All states of the tray on one picture, at every size that a taskbar shows and enlarged.

use anyhow::{Context, Result};
use resvg::tiny_skia::{
    Color, FilterQuality, IntSize, Pixmap, PixmapPaint, PremultipliedColorU8, Transform,
};

use super::draw::Drawing;

/// What taskbars take at 100, 125, 150 and 200 percent.
const SIZES: [i32; 4] = [16, 20, 24, 32];
/// Sixteen pixels as they are, so large that each can be counted.
const ENLARGED: i32 = 96;
const GAP: i32 = 16;

/// One column for each drawing: the four sizes as the taskbar shows them, then the smallest one enlarged.
pub(super) fn of(drawings: &[Drawing], ground: [u8; 3]) -> Result<Vec<u8>> {
    let columns = i32::try_from(drawings.len())?;
    let width = GAP + columns * (ENLARGED + GAP);
    let height = SIZES.iter().map(|size| size + GAP).sum::<i32>() + 2 * GAP + 2 * (ENLARGED + GAP);
    let mut sheet =
        Pixmap::new(u32::try_from(width)?, u32::try_from(height)?).context("a sheet of no size")?;
    let [red, green, blue] = ground;
    sheet.fill(Color::from_rgba8(red, green, blue, 255));
    for (column, drawing) in (0..).zip(drawings) {
        let left = GAP + column * (ENLARGED + GAP);
        let mut top = GAP;
        for size in SIZES {
            let shown = drawing.pixels(u32::try_from(size)?)?;
            put(&mut sheet, &shown, left + (ENLARGED - size) / 2, top);
            top += size + GAP;
        }
        top += GAP;
        let counted = enlarge(&drawing.pixels(16)?, u32::try_from(ENLARGED / 16)?)?;
        put(&mut sheet, &counted, left, top);
        let smooth = drawing.pixels(u32::try_from(ENLARGED)?)?;
        put(&mut sheet, &smooth, left, top + ENLARGED + GAP);
    }
    sheet.encode_png().context("a sheet cannot be written")
}

fn put(sheet: &mut Pixmap, picture: &Pixmap, left: i32, top: i32) {
    let paint = PixmapPaint {
        quality: FilterQuality::Nearest,
        ..PixmapPaint::default()
    };
    sheet.draw_pixmap(
        left,
        top,
        picture.as_ref(),
        &paint,
        Transform::identity(),
        None,
    );
}

/// Every pixel becomes a square of pixels.
fn enlarge(picture: &Pixmap, times: u32) -> Result<Pixmap> {
    let side = picture.width() * times;
    let size = IntSize::from_wh(side, side).context("a picture of no size")?;
    let mut data = Vec::new();
    for row in 0..side {
        for column in 0..side {
            let pixel = picture
                .pixel(column / times, row / times)
                .unwrap_or(PremultipliedColorU8::TRANSPARENT);
            data.extend([pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]);
        }
    }
    Pixmap::from_vec(data, size).context("a picture of another size")
}
