//! Where the popover stands: at the tray, and wholly on the screen.

/// A distance, or a place, in the screen's own pixels.
pub(crate) type Point = (i32, i32);

/// A part of a screen, in its own pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Area {
    fn right(self) -> i32 {
        self.left + self.width
    }

    fn bottom(self) -> i32 {
        self.top + self.height
    }
}

/// The top left corner of something as large as `size` that belongs to `anchor`, within
/// `work`, so far from its edges.
pub(crate) fn beside(anchor: Point, size: Point, work: Area, gap: i32) -> Point {
    let (width, height) = size;
    // What is too large for the screen begins where the screen begins.
    let last_left = (work.right() - width - gap).max(work.left);
    let left = (anchor.0 - width / 2).clamp((work.left + gap).min(last_left), last_left);
    let top = if anchor.1 > work.top + work.height / 2 {
        work.bottom() - height - gap
    } else {
        work.top + gap
    };
    (left, top.max(work.top))
}

/// Where a tray most likely is when nobody clicked it: at the end of the bar, which is what
/// the whole screen has more of than its work area. Bars below are the most usual.
pub(crate) fn corner(screen: Area, work: Area) -> Point {
    let above = work.top - screen.top;
    let below = screen.bottom() - work.bottom();
    let end = if above > below {
        work.top
    } else {
        work.bottom()
    };
    (work.right(), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Area = Area {
        left: 0,
        top: 0,
        width: 1920,
        height: 1080,
    };
    /// With a bar of 40 at the lower edge.
    const BELOW: Area = Area {
        height: 1040,
        ..SCREEN
    };
    /// With a bar of 26 at the upper edge.
    const ABOVE: Area = Area {
        top: 26,
        height: 1054,
        ..SCREEN
    };
    const SIZE: Point = (400, 600);

    #[test]
    fn it_stands_over_the_icon_and_clear_of_the_edges() {
        assert_eq!(beside((1000, 1060), SIZE, BELOW, 12), (800, 428));
        assert_eq!(beside((1880, 1060), SIZE, BELOW, 12), (1508, 428));
        assert_eq!(beside((1880, 10), SIZE, ABOVE, 12), (1508, 38));
        assert_eq!(beside((4, 1060), SIZE, BELOW, 12), (12, 428));
    }

    #[test]
    fn on_a_small_screen_its_beginning_is_seen() {
        let small = Area {
            left: 0,
            top: 0,
            width: 320,
            height: 480,
        };
        assert_eq!(beside((300, 470), SIZE, small, 12), (0, 0));
    }

    #[test]
    fn a_screen_to_the_left_of_the_first_is_one_too() {
        let left = Area {
            left: -1920,
            ..BELOW
        };
        assert_eq!(beside((-20, 1060), SIZE, left, 12), (-412, 428));
    }

    #[test]
    fn without_a_click_the_bar_tells() {
        assert_eq!(corner(SCREEN, BELOW), (1920, 1040));
        assert_eq!(corner(SCREEN, ABOVE), (1920, 26));
        assert_eq!(corner(SCREEN, SCREEN), (1920, 1080));
    }
}
