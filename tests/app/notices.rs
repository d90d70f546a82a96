//! Whoever shows notices on this desktop: everything is noted down, and what a person presses is pressed here.

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zbus::interface;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

use crate::desk::bus::Bus;
use crate::wait::{self, LIMIT};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// A notice as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) id: u32,
    /// Whether it took the place of one that was there.
    pub(crate) replaces: bool,
    pub(crate) title: String,
    pub(crate) body: String,
    /// Key and label of each button, the click on the notice itself among them.
    pub(crate) actions: Vec<(String, String)>,
    /// How many notices were there at once, this one included.
    pub(crate) there: usize,
}

/// What happened to notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Shown(Notice),
    Closed(u32),
}

/// The desktop's notices.
pub(crate) struct Notices {
    told: Receiver<Told>,
    there: Arc<Mutex<BTreeMap<u32, String>>>,
    emitter: SignalEmitter<'static>,
}

struct Daemon {
    tell: Sender<Told>,
    there: Arc<Mutex<BTreeMap<u32, String>>>,
    last: u32,
}

impl Notices {
    /// Takes the name of whoever shows notices.
    pub(crate) fn record(bus: &Bus) -> Self {
        let (tell, told) = channel();
        let there = Arc::new(Mutex::new(BTreeMap::new()));
        let daemon = Daemon {
            tell,
            there: Arc::clone(&there),
            last: 0,
        };
        bus.wait(async {
            bus.connection
                .object_server()
                .at(PATH, daemon)
                .await
                .unwrap();
            bus.connection.request_name(NAME).await.unwrap();
        });
        let emitter = SignalEmitter::new(&bus.connection, PATH).unwrap();
        Self {
            told,
            there,
            emitter: emitter.into_owned(),
        }
    }

    /// The next notice that is shown.
    pub(crate) fn next(&self) -> Notice {
        loop {
            match self.told.recv_timeout(LIMIT).expect("a notice") {
                Told::Shown(notice) => return notice,
                Told::Closed(_) => {}
            }
        }
    }

    /// What is told within this time, if anything is.
    pub(crate) fn within(&self, limit: Duration) -> Option<Told> {
        self.told.recv_timeout(limit).ok()
    }

    /// The titles of those that are there now.
    pub(crate) fn there(&self) -> Vec<String> {
        self.there.lock().unwrap().values().cloned().collect()
    }

    /// A person presses a button until the notice goes by it. Who shows a notice begins to listen only after it is on
    /// the screen, and this hand is faster than that.
    pub(crate) fn press(&self, bus: &Bus, notice: &Notice, action: &str) {
        let offered = notice.actions.iter().any(|(key, _)| key == action);
        assert!(offered, "no {action} in {notice:?}");
        let gone = || {
            let pressed = Daemon::action_invoked(&self.emitter, notice.id, action);
            bus.wait(pressed).unwrap();
            match self.told.recv_timeout(Duration::from_secs(1)) {
                Ok(Told::Closed(id)) => (id == notice.id).then_some(()),
                Ok(told @ Told::Shown(_)) => panic!("{told:?} while {action} was pressed"),
                Err(_) => None,
            }
        };
        wait::until("the end of the notice", gone);
    }
}

/// Desktop Notifications Specification 1.2
/// (<https://specifications.freedesktop.org/notification-spec/latest/protocol.html>).
#[interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    #[allow(clippy::too_many_arguments, reason = "the specification has so many")]
    fn notify(
        &mut self,
        _app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        let mut there = self.there.lock().unwrap();
        let replaces = there.contains_key(&replaces_id);
        let id = if replaces {
            replaces_id
        } else {
            self.last += 1;
            self.last
        };
        there.insert(id, summary.clone());
        let pairs = actions.chunks_exact(2);
        let notice = Notice {
            id,
            replaces,
            title: summary,
            body,
            actions: pairs.map(|it| (it[0].clone(), it[1].clone())).collect(),
            there: there.len(),
        };
        // A test that is over listens no more.
        let _over = self.tell.send(Told::Shown(notice));
        id
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) {
        let closed = self.there.lock().unwrap().remove(&id).is_some();
        if closed {
            // 3: closed by whoever had shown it.
            let _gone = Self::notification_closed(&emitter, id, 3).await;
            let _over = self.tell.send(Told::Closed(id));
        }
    }

    fn get_capabilities(&self) -> Vec<&str> {
        vec!["actions", "body", "body-markup", "persistence"]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("recorder", "Gangway's tests", "1", "1.2")
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str)
    -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        why: u32,
    ) -> zbus::Result<()>;
}
