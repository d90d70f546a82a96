//! The processes that draw the views: they end before their files go, or they write some more.

use std::fs;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// How long each may take to be gone.
const PATIENCE: Timespec = Timespec {
    tv_sec: 2,
    tv_nsec: 0,
};

/// Ends them at once: nothing of a view is kept. They would go by themselves, but after us.
pub(crate) fn end_views() {
    for child in children() {
        let Ok(process) = pidfd_open(child, PidfdFlags::empty()) else {
            continue;
        };
        // Asked while it is held: before, the number could have become somebody else's.
        if !is_view(child) {
            continue;
        }
        let told = pidfd_send_signal(&process, Signal::KILL);
        let mut ends = [PollFd::new(&process, PollFlags::IN)];
        let gone = told.and_then(|()| poll(&mut ends, Some(&PATIENCE)));
        tracing::debug!(process = child.as_raw_nonzero(), ?gone, "a view's process");
    }
}

/// The processes that this one started
/// (<https://man7.org/linux/man-pages/man5/proc_pid_task.5.html>).
fn children() -> Vec<Pid> {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten();
    let lists = threads
        .flatten()
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let numbers = lists.flat_map(|list| {
        let numbers = list.split_whitespace().filter_map(|it| it.parse().ok());
        numbers.collect::<Vec<i32>>()
    });
    numbers.filter_map(Pid::from_raw).collect()
}

fn is_view(process: Pid) -> bool {
    let name = fs::read_to_string(format!("/proc/{}/comm", process.as_raw_nonzero()));
    name.is_ok_and(|name| name.starts_with("WebKit"))
}
