//! `cargo xtask icons`: every picture of the program, drawn from the svg files under `icons/`.

mod draw;
mod pack;
mod sheet;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use self::draw::{Colours, Drawing};
use crate::place;
use crate::process::say;

/// What the tray can say, in the order of the engine's precedence turned round: the quiet ones first.
const STATES: [&str; 6] = [
    "signed-out",
    "no-tunnel",
    "ready",
    "working",
    "access-running",
    "attention",
];

/// The two taskbars that an icon lies on; the file is named after the taskbar, not after itself.
const TASKBARS: [Taskbar; 2] = [
    Taskbar {
        name: "light",
        ground: [0xf3, 0xf3, 0xf3],
        colours: Colours {
            body: "#1b1b1b",
            way: "#00796b",
            alarm: "#b34700",
        },
    },
    Taskbar {
        name: "dark",
        ground: [0x20, 0x20, 0x20],
        colours: Colours {
            body: "#ffffff",
            way: "#3ddbc7",
            alarm: "#ffb900",
        },
    },
];

struct Taskbar {
    name: &'static str,
    /// What lies behind the icon, for the pictures that people look at.
    ground: [u8; 3],
    colours: Colours,
}

/// Below this many pixels the rail's posts would be dust: the plainer drawing is taken.
const SMALL: u32 = 32;

/// One file to be written.
struct Picture {
    file: PathBuf,
    content: Vec<u8>,
}

/// The command.
pub(crate) fn command() -> Result<bool> {
    for picture in pictures()? {
        let file = place::root().join(&picture.file);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, picture.content)
            .with_context(|| format!("cannot write {}", file.display()))?;
        say(&picture.file.display().to_string());
    }
    Ok(true)
}

fn pictures() -> Result<Vec<Picture>> {
    let mut pictures = app()?;
    for taskbar in &TASKBARS {
        let drawings = STATES
            .iter()
            .map(|state| Drawing::read(&tray(state, "svg"), taskbar.colours))
            .collect::<Result<Vec<_>>>()?;
        for (state, drawing) in STATES.iter().zip(&drawings) {
            // A design of 16 units: both sizes fall on whole pixels, and so does half of the first.
            for (size, ending) in [(32, ".png"), (64, "@2x.png")] {
                let name = format!("{state}-{}", taskbar.name);
                pictures.push(Picture {
                    file: tray(&name, "").with_file_name(name + ending),
                    content: drawing.png(size)?,
                });
            }
        }
        pictures.push(Picture {
            file: Path::new("docs/pictures").join(format!("tray-states-{}.png", taskbar.name)),
            content: sheet::of(&drawings, taskbar.ground)?,
        });
    }
    Ok(pictures)
}

fn app() -> Result<Vec<Picture>> {
    let large = Drawing::read(Path::new("icons/gangway.svg"), Colours::AS_DRAWN)?;
    let small = Drawing::read(Path::new("icons/gangway-small.svg"), Colours::AS_DRAWN)?;
    let fitting = |size| if size <= SMALL { &small } else { &large };
    let folder = Path::new("icons/app");
    let mut pictures = Vec::new();
    for (name, size) in [
        ("32x32.png", 32),
        ("128x128.png", 128),
        ("128x128@2x.png", 256),
        ("icon.png", 512),
    ] {
        pictures.push(Picture {
            file: folder.join(name),
            content: fitting(size).png(size)?,
        });
    }
    let png = |size| fitting(size).png(size);
    pictures.push(Picture {
        file: folder.join("icon.ico"),
        content: pack::ico(png)?,
    });
    pictures.push(Picture {
        file: folder.join("icon.icns"),
        content: pack::icns(png)?,
    });
    Ok(pictures)
}

fn tray(name: &str, ending: &str) -> PathBuf {
    Path::new("icons/tray").join(name).with_extension(ending)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// How far a channel may be off: processors round the edges of a shape differently.
    const TOLERANCE: u8 = 3;

    #[test]
    fn the_pictures_are_those_of_the_drawings() {
        for picture in pictures().unwrap() {
            let name = picture.file.display().to_string();
            let kept = fs::read(place::root().join(&picture.file))
                .unwrap_or_else(|error| panic!("{name}: {error} (cargo xtask icons)"));
            let (kept, drawn) = (images(&kept), images(&picture.content));
            assert_eq!(kept.len(), drawn.len(), "{name} holds other sizes");
            for (kept, drawn) in kept.iter().zip(&drawn) {
                assert_eq!(kept.width(), drawn.width(), "{name}");
                let same = |(a, b): (&u8, &u8)| a.abs_diff(*b) <= TOLERANCE;
                assert!(
                    kept.data().iter().zip(drawn.data()).all(same),
                    "{name} is not what its source draws (cargo xtask icons)"
                );
            }
        }
    }

    #[test]
    fn nothing_lies_there_that_no_drawing_made() {
        let made: BTreeSet<PathBuf> = pictures()
            .unwrap()
            .into_iter()
            .map(|picture| picture.file)
            .collect();
        for folder in ["icons/app", "icons/tray"] {
            for entry in fs::read_dir(place::root().join(folder)).unwrap() {
                let file = Path::new(folder).join(entry.unwrap().file_name());
                let drawing = file.extension().is_some_and(|ending| ending == "svg");
                assert!(drawing || made.contains(&file), "{}", file.display());
            }
        }
    }

    /// Whoever sees no colours still tells the states apart, at the smallest size too.
    #[test]
    fn states_differ_in_shape() {
        for taskbar in &TASKBARS {
            let shapes: Vec<Vec<bool>> = STATES
                .iter()
                .map(|state| {
                    let drawing = Drawing::read(&tray(state, "svg"), taskbar.colours).unwrap();
                    let small = drawing.pixels(16).unwrap();
                    let opaque =
                        |pixel: &resvg::tiny_skia::PremultipliedColorU8| pixel.alpha() > 127;
                    small.pixels().iter().map(opaque).collect()
                })
                .collect();
            for (at, one) in shapes.iter().enumerate() {
                for (other_at, other) in shapes.iter().enumerate().skip(at + 1) {
                    let differing = one.iter().zip(other).filter(|(a, b)| a != b).count();
                    assert!(
                        differing >= 20,
                        "{} and {} differ in {differing} of 256 pixels",
                        STATES[at],
                        STATES[other_at]
                    );
                }
            }
        }
    }

    /// The images in a png, an ico or an icns: every one of ours is a png.
    fn images(file: &[u8]) -> Vec<resvg::tiny_skia::Pixmap> {
        const HEAD: &[u8] = b"\x89PNG\r\n\x1a\n";
        let starts = file.windows(HEAD.len()).enumerate();
        let starts = starts.filter(|(_, window)| *window == HEAD);
        starts
            .map(|(at, _)| resvg::tiny_skia::Pixmap::decode_png(&file[at..]).unwrap())
            .collect()
    }
}
