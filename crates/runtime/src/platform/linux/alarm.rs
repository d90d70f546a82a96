//! Linux: a timer that counts sleep, and word of a machine that woke up, both from timerfd_create(2).

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::io::unix::AsyncFd;

const NEVER: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 0,
};

/// The kernel takes what is later than it can count for the last moment it can.
const END_OF_TIME: Timespec = Timespec {
    tv_sec: i64::MAX,
    tv_nsec: 0,
};

/// The one timer of the event loop.
#[derive(Debug)]
pub(crate) struct Alarm {
    /// Counts on while the machine sleeps, and is due as soon as it wakes up.
    due: AsyncFd<OwnedFd>,
    /// Never due, but cancelled when the system's time jumps: somebody set it, or the
    /// machine woke up, after which it is ahead of the clock that stood still.
    jumps: AsyncFd<OwnedFd>,
}

impl Alarm {
    /// An alarm that is not set. Needs a tokio runtime with IO.
    ///
    /// # Errors
    /// What the system says: no descriptors left, or no such timers in a sandbox.
    pub(crate) fn new() -> io::Result<Self> {
        let jumps = timer(TimerfdClockId::Realtime)?;
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        timerfd_settime(&jumps, flags, &once(END_OF_TIME))?;
        Ok(Self {
            due: watched(timer(TimerfdClockId::Boottime)?)?,
            jumps: watched(jumps)?,
        })
    }

    /// Waits until so much time has passed, sleep included, or the clocks want a look: the
    /// machine woke up or its clock was set. With `None` for the latter alone.
    ///
    /// # Errors
    /// What the system says; then nothing was waited for.
    pub(crate) async fn wait(&mut self, left: Option<Duration>) -> io::Result<()> {
        let none = TimerfdTimerFlags::empty();
        timerfd_settime(&self.due, none, &once(left.map_or(NEVER, timespec)))?;
        tokio::select! {
            rung = rung(&self.due) => rung,
            rung = rung(&self.jumps) => rung,
        }
    }
}

fn timer(clock: TimerfdClockId) -> io::Result<OwnedFd> {
    let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
    Ok(timerfd_create(clock, flags)?)
}

#[allow(
    deprecated,
    reason = "its successor is unsafe, for a descriptor might be closed while it is \
              registered; this timer is owned here and closed with the registration"
)]
fn watched(timer: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(timer)
}

fn once(value: Timespec) -> Itimerspec {
    Itimerspec {
        it_interval: NEVER,
        it_value: value,
    }
}

/// A time from now. None at all would switch the timer off.
fn timespec(left: Duration) -> Timespec {
    let left = left.max(Duration::from_nanos(1));
    Timespec {
        tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
        tv_nsec: left.subsec_nanos().into(),
    }
}

/// Waits until the timer is due or was cancelled, and takes note of it.
async fn rung(timer: &AsyncFd<OwnedFd>) -> io::Result<()> {
    let mut times = [0; 8];
    loop {
        let mut ready = timer.readable().await?;
        match ready.try_io(|timer| Ok(rustix::io::read(timer, &mut times)?)) {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) if is_cancelled(&error) => return Ok(()),
            Ok(Err(error)) => return Err(error),
            // It was set anew meanwhile.
            Err(_would_block) => {}
        }
    }
}

fn is_cancelled(error: &io::Error) -> bool {
    rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::CANCELED)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;
    use std::time::Instant;

    use tokio::time::timeout;

    use super::*;

    const SHORT: Duration = Duration::from_millis(30);
    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn it_rings_when_its_time_has_passed() {
        let mut alarm = Alarm::new().unwrap();
        for left in [Duration::ZERO, SHORT] {
            let began = Instant::now();
            timeout(LONG, alarm.wait(Some(left)))
                .await
                .unwrap()
                .unwrap();
            assert!(began.elapsed() >= left);
        }
    }

    #[tokio::test]
    async fn it_is_silent_until_then_and_when_it_is_not_set() {
        let mut alarm = Alarm::new().unwrap();
        assert!(timeout(SHORT, alarm.wait(Some(LONG))).await.is_err());
        assert!(timeout(SHORT, alarm.wait(None)).await.is_err());
        let ages = Some(Duration::MAX);
        assert!(timeout(SHORT, alarm.wait(ages)).await.is_err());
    }

    #[tokio::test]
    async fn what_was_due_before_it_was_set_anew_does_not_ring() {
        let mut alarm = Alarm::new().unwrap();
        for _ in 0..3 {
            // Armed by the first look at it, then left alone until it has long been due.
            assert!(
                timeout(Duration::ZERO, alarm.wait(Some(SHORT)))
                    .await
                    .is_err()
            );
            assert!(
                timeout(2 * SHORT, std::future::pending::<()>())
                    .await
                    .is_err()
            );
            assert!(timeout(SHORT, alarm.wait(Some(LONG))).await.is_err());
        }
    }

    /// Neither sleep nor a clock that is set can be had in a test: the kernel says what it
    /// was asked for (proc(5), `fdinfo`).
    #[tokio::test]
    async fn the_kernel_counts_sleep_and_tells_of_jumps() {
        let mut alarm = Alarm::new().unwrap();
        assert!(
            timeout(Duration::ZERO, alarm.wait(Some(LONG)))
                .await
                .is_err()
        );
        let told = |timer: &AsyncFd<OwnedFd>, key: &str| {
            let place = format!("/proc/self/fdinfo/{}", timer.as_raw_fd());
            let text = std::fs::read_to_string(place).unwrap();
            let value = text.lines().find_map(|line| line.strip_prefix(key));
            value.unwrap_or(&text).trim().to_owned()
        };
        let boottime = "7";
        assert_eq!(told(&alarm.due, "clockid:"), boottime);
        assert!(told(&alarm.due, "it_value:").starts_with("(59, "));
        let (realtime, absolute_and_cancelled) = ("0", "03");
        assert_eq!(told(&alarm.jumps, "clockid:"), realtime);
        assert_eq!(told(&alarm.jumps, "settime flags:"), absolute_and_cancelled);
    }
}
