//! From an svg file to pixels, in the colours of a taskbar.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::place;

/// What `currentColor` and the classes `way` and `alarm` of a drawing become.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colours {
    pub(super) body: &'static str,
    /// The gangway itself.
    pub(super) way: &'static str,
    pub(super) alarm: &'static str,
}

impl Colours {
    /// For a drawing that brings its own.
    pub(super) const AS_DRAWN: Self = Self {
        body: "#000000",
        way: "#000000",
        alarm: "#000000",
    };

    fn style(self) -> String {
        let Self { body, way, alarm } = self;
        format!("svg {{ color: {body} }} .way {{ color: {way} }} .alarm {{ color: {alarm} }}")
    }
}

/// A drawing that can be had in every size.
pub(super) struct Drawing {
    tree: Tree,
}

impl Drawing {
    /// Reads a square drawing; the path is below the repository's top folder.
    pub(super) fn read(file: &Path, colours: Colours) -> Result<Self> {
        let text = fs::read_to_string(place::root().join(file))
            .with_context(|| format!("no {}", file.display()))?;
        let options = Options {
            style_sheet: Some(colours.style()),
            ..Options::default()
        };
        let tree = Tree::from_str(&text, &options)
            .with_context(|| format!("{} is no drawing", file.display()))?;
        Ok(Self { tree })
    }

    /// The drawing, `size` pixels wide and high.
    pub(super) fn pixels(&self, size: u32) -> Result<Pixmap> {
        let mut pixels = Pixmap::new(size, size).context("a picture of no size")?;
        #[expect(clippy::cast_precision_loss, reason = "a few hundred pixels")]
        let scale = size as f32 / self.tree.size().width();
        resvg::render(
            &self.tree,
            Transform::from_scale(scale, scale),
            &mut pixels.as_mut(),
        );
        Ok(pixels)
    }

    /// The same as a file.
    pub(super) fn png(&self, size: u32) -> Result<Vec<u8>> {
        self.pixels(size)?
            .encode_png()
            .context("a picture cannot be written as png")
    }
}
