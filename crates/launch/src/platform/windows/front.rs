//! Windows: brings the window of a program that runs to the front.
#![allow(
    unsafe_code,
    reason = "windows are foreign; each call says what it relies on"
)]

use windows::Win32::Foundation::{HWND, LPARAM};
use windows::Win32::UI::WindowsAndMessaging::{
    AllowSetForegroundWindow, EnumWindows, GW_OWNER, GetWindow, GetWindowThreadProcessId, IsIconic,
    IsWindowVisible, SW_RESTORE, SetForegroundWindow, ShowWindow,
};
use windows::core::BOOL;

/// What is looked for, and what was found.
struct Search {
    process: u32,
    found: Option<HWND>,
}

/// Brings the main window of this process to the front; false where it has none.
pub(crate) fn front(process: u32) -> bool {
    let mut search = Search {
        process,
        found: None,
    };
    let told = LPARAM((&raw mut search) as isize);
    // SAFETY: the function below gets what is told here, which outlives the call. That it
    // ends early is an error to Windows, and none here.
    let _ended_early = unsafe { EnumWindows(Some(look), told) };
    let Some(window) = search.found else {
        return false;
    };
    // SAFETY: no pointers; a window that is gone by now is refused.
    unsafe {
        // The program may raise its own windows, such as a question, from now on.
        let _refused = AllowSetForegroundWindow(process);
        if IsIconic(window).as_bool() {
            let _was_visible = ShowWindow(window, SW_RESTORE);
        }
        // Where this process may not, the window's button on the taskbar blinks.
        let _refused = SetForegroundWindow(window);
    }
    true
}

extern "system" fn look(window: HWND, told: LPARAM) -> BOOL {
    // SAFETY: told by `front`, which waits for the end of the enumeration.
    let search = unsafe { &mut *(told.0 as *mut Search) };
    let mut process = 0;
    // SAFETY: the number is ours and lives over the call; the rest are questions.
    let is_main = unsafe {
        GetWindowThreadProcessId(window, Some(&raw mut process));
        process == search.process
            && IsWindowVisible(window).as_bool()
            // A dialog has an owner.
            && GetWindow(window, GW_OWNER).is_err()
    };
    if is_main {
        search.found = Some(window);
    }
    BOOL::from(!is_main)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_a_window_has_none_to_show() {
        assert!(!front(std::process::id()));
    }
}
