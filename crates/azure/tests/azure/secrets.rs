//! No token, code or secret in anything that is printed or logged, whichever way a sign-in goes.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use azure_sim::{Fault, Tamper, Wrong};
use gangway_azure::Ask;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::environment::{is_program, run};
use crate::people::{ADMIN, people};

/// Everything that is logged, at every level.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<String>>);

impl Visit for Notes {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0.lock().unwrap(), " {field}={value:?}");
    }
}

impl Subscriber for Notes {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn nothing_logged_or_printed_holds_a_secret() {
    // Tests beside this one decide what is logged at all: this is heard in a program of its own.
    if !is_program() {
        return run("secrets::nothing_logged_or_printed_holds_a_secret", &[]);
    }
    let notes = Notes::default();
    let _guard = tracing::subscriber::set_default(notes.clone());
    let people = people().await;
    let admin = people.admin().await;
    let mut said = format!("{admin:?} {:?} {:?}", people.azure, people.vault);
    let mut say = |what: &dyn Debug| write!(said, " {what:?}").unwrap();
    say(&people.another_process().tenants(&people.guest).await);
    let anybody = Ask::default();
    let sign_in = people.azure.begin_device_code(&people.app, &anybody);
    let sign_in = sign_in.await.unwrap();
    say(&sign_in);
    let mut browser = people.browser(ADMIN).entering(sign_in.user_code());
    browser.visit(sign_in.page()).await.unwrap();
    say(&sign_in.wait().await);
    for tamper in [
        Tamper::Nonce,
        Tamper::NoRefreshToken,
        Tamper::MalformedIdToken,
    ] {
        people.sim.set(|s| s.tamper = Some(tamper));
        let failed = people.sign_in(&Ask::default(), people.browser(ADMIN)).await;
        let error = failed.unwrap_err();
        say(&(error.to_string(), error.problem(), error));
    }
    people.sim.set(|s| s.tamper = None);
    for wrong in [
        Wrong::Reset,
        Wrong::Truncated,
        Wrong::CutMidBody,
        Wrong::Status(503),
    ] {
        let fault = Fault {
            after_effect: true,
            ..Fault::on("token.refresh_token", wrong)
        };
        people.sim.fault(fault.times(1));
        people.azure.forget(&people.home).await;
        say(&people.azure.tenants(&people.home).await);
    }
    said.push_str(&notes.0.lock().unwrap());
    assert!(said.contains("signed in"), "the log was heard");
    let secrets = people.sim.secrets();
    assert!(secrets.len() > 8, "{}", secrets.len());
    for secret in secrets {
        assert!(!said.contains(&secret), "{secret} in {said}");
    }
}
