//! The session bus of one desktop, and what is asked over it.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use futures_util::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::{Handle, Runtime};
use zbus::zvariant::{DynamicType, OwnedValue, Type};
use zbus::{Connection, MatchRule, MessageStream};

use crate::wait::LIMIT;

/// A seat on the bus.
pub(crate) struct Bus {
    pub(crate) connection: Connection,
    threads: Runtime,
}

/// Where something is asked: a name on the bus, an object, an interface.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a>(pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a str);

/// What somebody on the bus tells of its own accord.
pub(crate) struct Heard {
    /// Only taken when this goes.
    stream: Option<MessageStream>,
    threads: Handle,
}

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const DAEMON: At<'static> = At(
    "org.freedesktop.DBus",
    "/org/freedesktop/DBus",
    "org.freedesktop.DBus",
);

impl Bus {
    pub(crate) fn join(address: &str) -> Self {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let connection = threads.block_on(async {
            let bus = zbus::connection::Builder::address(address).unwrap();
            bus.build().await.expect("a seat on the bus")
        });
        Self {
            connection,
            threads,
        }
    }

    /// Waits for something that the bus brings.
    pub(crate) fn wait<T>(&self, coming: impl Future<Output = T>) -> T {
        let limited = async { tokio::time::timeout(LIMIT, coming).await };
        self.threads.block_on(limited).expect("the bus answers")
    }

    /// Calls a method; what it refuses is an error.
    pub(crate) fn try_call<B, R>(&self, at: At, method: &str, body: &B) -> zbus::Result<R>
    where
        B: Serialize + DynamicType,
        R: DeserializeOwned + Type,
    {
        let At(name, path, interface) = at;
        self.wait(async {
            let call = self
                .connection
                .call_method(Some(name), path, Some(interface), method, body);
            call.await?.body().deserialize::<R>()
        })
    }

    /// Calls a method that answers.
    pub(crate) fn call<B, R>(&self, at: At, method: &str, body: &B) -> R
    where
        B: Serialize + DynamicType + Debug,
        R: DeserializeOwned + Type,
    {
        let answer = self.try_call(at, method, body);
        answer.unwrap_or_else(|error| panic!("{method} {body:?}: {error}"))
    }

    /// A property, where it is there.
    pub(crate) fn property<T: TryFrom<OwnedValue>>(&self, at: At, name: &str) -> Option<T> {
        let At(owner, path, interface) = at;
        let value: zbus::Result<OwnedValue> =
            self.try_call(At(owner, path, PROPERTIES), "Get", &(interface, name));
        T::try_from(value.ok()?).ok()
    }

    /// Whether anybody goes by this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.call(DAEMON, "NameHasOwner", &(name,))
    }

    /// Everybody on the bus.
    pub(crate) fn names(&self) -> Vec<String> {
        self.call(DAEMON, "ListNames", &())
    }

    /// The process behind a name.
    pub(crate) fn process_of(&self, name: &str) -> u32 {
        self.call(DAEMON, "GetConnectionUnixProcessID", &(name,))
    }

    /// The unique name behind a name.
    pub(crate) fn owner_of(&self, name: &str) -> String {
        self.call(DAEMON, "GetNameOwner", &(name,))
    }

    /// Hears what is told on an interface from now on.
    pub(crate) fn hear(&self, interface: &'static str) -> Heard {
        self.hear_by(signals().interface(interface).unwrap())
    }

    /// Hears all that somebody tells from now on.
    pub(crate) fn hear_of(&self, unique_name: &str) -> Heard {
        self.hear_by(signals().sender(unique_name.to_owned()).unwrap())
    }

    fn hear_by(&self, rule: zbus::match_rule::Builder<'static>) -> Heard {
        let listening = MessageStream::for_match_rule(rule.build(), &self.connection, Some(256));
        Heard {
            stream: Some(self.wait(listening).unwrap()),
            threads: self.threads.handle().clone(),
        }
    }

    /// Returns as soon as somebody goes by this name.
    pub(crate) fn wait_for_name(&self, name: &str) {
        let mut changes = self.hear("org.freedesktop.DBus");
        while !self.has(name) {
            assert!(changes.something(LIMIT), "nobody is called {name}");
        }
    }
}

impl Heard {
    /// Waits until something is told; false when nothing is.
    pub(crate) fn something(&mut self, limit: Duration) -> bool {
        let stream = self.stream.as_mut().unwrap();
        let next = async { tokio::time::timeout(limit, stream.next()).await };
        matches!(self.threads.block_on(next), Ok(Some(_)))
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        // It tells the bus that nobody listens any more, and needs threads for that.
        let _threads = self.threads.enter();
        drop(self.stream.take());
    }
}

fn signals() -> zbus::match_rule::Builder<'static> {
    MatchRule::builder().msg_type(zbus::message::Type::Signal)
}
