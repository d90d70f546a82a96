//! The pictures of the tray: six states, for a light and for a dark taskbar.

use gangway_engine::tray::TrayIcon;
use tauri::image::Image;

use crate::platform::Taskbar;

macro_rules! picture {
    ($name:literal, $taskbar:expr) => {
        match $taskbar {
            Taskbar::Light => {
                include_bytes!(concat!("../../icons/tray/", $name, "-light@2x.png")).as_slice()
            }
            Taskbar::Dark => {
                include_bytes!(concat!("../../icons/tray/", $name, "-dark@2x.png")).as_slice()
            }
        }
    };
}

/// The picture of a state. The larger of the two sizes: every desktop makes it smaller.
pub(crate) fn picture(icon: TrayIcon, taskbar: Taskbar) -> tauri::Result<Image<'static>> {
    Image::from_bytes(match icon {
        TrayIcon::SignedOut => picture!("signed-out", taskbar),
        TrayIcon::NoTunnel => picture!("no-tunnel", taskbar),
        TrayIcon::Ready => picture!("ready", taskbar),
        TrayIcon::Working => picture!("working", taskbar),
        TrayIcon::AccessRunning => picture!("access-running", taskbar),
        TrayIcon::Attention => picture!("attention", taskbar),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_state_has_a_picture_of_its_own_for_each_taskbar() {
        let icons = [
            TrayIcon::SignedOut,
            TrayIcon::NoTunnel,
            TrayIcon::Ready,
            TrayIcon::Working,
            TrayIcon::AccessRunning,
            TrayIcon::Attention,
        ];
        let mut seen = BTreeSet::new();
        for icon in icons {
            for taskbar in [Taskbar::Light, Taskbar::Dark] {
                let picture = picture(icon, taskbar).unwrap();
                assert_eq!(picture.width(), picture.height());
                assert!(seen.insert(picture.rgba().to_vec()), "{icon:?} {taskbar:?}");
            }
        }
    }
}
