//! A line before somebody who may hang: a thread of its own hands over what stands in it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::Builder;
use std::time::Duration;

/// So much stands in line; what comes later is lost.
const LONGEST: usize = 64;

type Answer = SyncSender<io::Result<()>>;

/// The end of the line where one joins it.
pub(super) struct Line<T> {
    entry: SyncSender<(T, Answer)>,
    /// How much stands in it, or is being handed over.
    waiting: Arc<AtomicUsize>,
    lost: AtomicU64,
    patience: Duration,
}

impl<T: Send + 'static> Line<T> {
    /// A line that leads to `taker`, who is waited for so long.
    pub(super) fn to(
        patience: Duration,
        taker: impl Fn(T) -> io::Result<()> + Send + 'static,
    ) -> io::Result<Self> {
        let (entry, exit) = sync_channel::<(T, Answer)>(LONGEST);
        let waiting = Arc::new(AtomicUsize::new(0));
        let through = Arc::clone(&waiting);
        // Not one of tokio's threads: the end of the program would wait for those.
        Builder::new().name("records".to_owned()).spawn(move || {
            for (what, answer) in exit {
                let told = taker(what);
                through.fetch_sub(1, Ordering::SeqCst);
                // Whoever handed it over may have gone on.
                let _unheard = answer.send(told);
            }
        })?;
        Ok(Self {
            entry,
            waiting,
            lost: AtomicU64::new(0),
            patience,
        })
    }

    /// Hands something over. Behind what is stuck already nothing is waited for.
    ///
    /// # Errors
    /// What the taker says; that it takes its time, and this will come later; that this is
    /// lost.
    pub(super) fn hand_over(&self, what: T) -> io::Result<()> {
        let is_first = self.waiting.fetch_add(1, Ordering::SeqCst) == 0;
        let (answer, answered) = sync_channel(1);
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            self.entry.try_send((what, answer))
        {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            self.lost.fetch_add(1, Ordering::SeqCst);
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if !is_first {
            return Ok(());
        }
        answered
            .recv_timeout(self.patience)
            .unwrap_or_else(|_late| Err(io::ErrorKind::TimedOut.into()))
    }

    /// How much was lost by now.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn what_is_taken_is_taken_before_one_goes_on() {
        let (tell, told) = channel();
        let line = Line::to(Duration::from_secs(600), move |it: u8| {
            tell.send(it).map_err(io::Error::other)?;
            if it == 2 {
                Err(io::ErrorKind::Other.into())
            } else {
                Ok(())
            }
        })
        .unwrap();
        line.hand_over(1).unwrap();
        assert_eq!(told.try_recv(), Ok(1));
        assert_eq!(line.hand_over(2).unwrap_err().kind(), io::ErrorKind::Other);
        assert_eq!(line.lost(), 0);
    }

    #[test]
    fn one_that_hangs_holds_nobody_up_and_gets_it_all_once_it_is_back() {
        let (come_back, back) = channel::<()>();
        let (tell, told) = channel();
        let (begin, begun) = channel();
        let line = Line::to(Duration::ZERO, move |it: usize| {
            begin.send(()).map_err(io::Error::other)?;
            // An error once it is back for good.
            let _back = back.recv();
            tell.send(it).map_err(io::Error::other)
        })
        .unwrap();
        let first = line.hand_over(0).unwrap_err();
        assert_eq!(first.kind(), io::ErrorKind::TimedOut);
        begun.recv().unwrap();
        for it in 1..=LONGEST {
            line.hand_over(it).unwrap();
        }
        for _ in 0..3 {
            let full = line.hand_over(usize::MAX).unwrap_err();
            assert_eq!(full.kind(), io::ErrorKind::WouldBlock);
        }
        assert_eq!(line.lost(), 3);
        drop(come_back);
        for it in 0..=LONGEST {
            assert_eq!(told.recv(), Ok(it));
        }
    }
}
