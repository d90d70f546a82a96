//! What a person would see, and when: the X server's pixels, read again and again while something is drawn.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Every so many pixels, both ways, one is looked at: fine enough for a line of text, and quick to read.
const STEP: usize = 2;

/// A pixel that is still to change counts as drawn when this share of all that change is as it ends.
const DRAWN: f64 = 0.98;

/// The file in which Xvfb keeps its screen, in the format of xwd.
pub(super) struct Screen {
    file: File,
    start: u64,
    bytes_per_line: usize,
    width: usize,
    height: usize,
}

/// Between two looks, and so the coarseness of what is measured.
const PAUSE: Duration = Duration::from_millis(5);

type Pixels = Vec<u32>;

impl Screen {
    pub(super) fn open(file: &Path) -> Result<Self> {
        let mut file =
            File::open(file).with_context(|| format!("no screen in {}", file.display()))?;
        let mut head = [0_u8; 100];
        file.read_exact(&mut head)?;
        // Big-endian numbers, by their place in the header of an xwd file.
        let number = |at: usize| {
            let bytes = [0, 1, 2, 3].map(|byte| head[at * 4 + byte]);
            u32::from_be_bytes(bytes) as usize
        };
        const COLOUR: usize = 12;
        Ok(Self {
            start: (number(0) + number(19) * COLOUR) as u64,
            width: number(4),
            height: number(5),
            bytes_per_line: number(12),
            file,
        })
    }

    fn look(&mut self) -> Result<Pixels> {
        self.file.seek(SeekFrom::Start(self.start))?;
        let mut bytes = vec![0_u8; self.bytes_per_line * self.height];
        self.file.read_exact(&mut bytes)?;
        let lines = bytes.chunks_exact(self.bytes_per_line).step_by(STEP);
        Ok(lines
            .flat_map(|line| line[..self.width * 4].chunks_exact(4).step_by(STEP))
            .map(|pixel| u32::from_ne_bytes([pixel[0], pixel[1], pixel[2], 0]))
            .collect())
    }

    /// Does something that draws, and tells how long it takes until what it drew is there: the picture at the end of
    /// `watched` is the one that is waited for.
    pub(super) fn until_drawn(
        &mut self,
        watched: Duration,
        begin: impl FnOnce() -> Result<()>,
    ) -> Result<Duration> {
        let before = self.look()?;
        let started = Instant::now();
        begin()?;
        let mut frames: Vec<(Duration, Pixels)> = Vec::new();
        while started.elapsed() < watched {
            let pixels = self.look()?;
            // When it was read, it was there.
            let seen = started.elapsed();
            if frames.last().is_none_or(|(_, last)| *last != pixels) {
                frames.push((seen, pixels));
            }
            // Looking without a pause would take the processor from what is measured.
            thread::park_timeout(PAUSE);
        }
        drawn(&before, &frames).context("nothing was drawn")
    }
}

/// The time of the first frame that is, but for a caret or a clock, what the last one is.
fn drawn(before: &[u32], frames: &[(Duration, Pixels)]) -> Option<Duration> {
    let (_, last) = frames.last()?;
    let changing: Vec<usize> = (0..last.len())
        .filter(|&at| before[at] != last[at])
        .collect();
    if changing.is_empty() {
        return None;
    }
    let share = |pixels: &[u32]| {
        let done = changing
            .iter()
            .filter(|&&at| pixels[at] == last[at])
            .count();
        #[expect(clippy::cast_precision_loss, reason = "fewer pixels than a screen has")]
        let share = done as f64 / changing.len() as f64;
        share
    };
    let first = frames.iter().find(|(_, pixels)| share(pixels) >= DRAWN)?;
    Some(first.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(time: u64, pixels: &[u32]) -> (Duration, Pixels) {
        (Duration::from_millis(time), pixels.to_vec())
    }

    #[test]
    fn a_picture_is_drawn_when_it_is_what_it_stays() {
        let empty = vec![0; 100];
        let mut half = empty.clone();
        half[..50].fill(7);
        let whole = vec![7; 100];
        let mut caret = whole.clone();
        caret[0] = 9;
        let frames = [
            frame(5, &empty),
            frame(20, &half),
            frame(40, &caret),
            frame(500, &whole),
        ];
        assert_eq!(drawn(&empty, &frames), Some(Duration::from_millis(40)));
        assert_eq!(drawn(&empty, &[frame(5, &empty)]), None);
    }
}
