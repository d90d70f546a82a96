//! Links from outside: found, shown, and followed only by a person's yes.

use jiff::SignedDuration;

use super::{Engine, turn_of};
use crate::connection::Purpose;
use crate::effect::Effect;
use crate::id::{EffectId, LinkId};
use crate::input::Found;
use crate::intent::ConnectWish;
use crate::link::{Link, parse};
use crate::problem::{Cause, Problem};
use crate::snapshot::LinkView;
use crate::vm::Service;

/// So many names are told where none, or several, fit.
const NAMES: usize = 5;

impl Engine {
    /// Takes a link from outside. What is none of ours is let be; a notice's button is the
    /// shell's own business.
    pub(super) fn learn_link(&mut self, text: &str) {
        match parse(text) {
            Some(Link::Connect(link)) => {
                let name = link.vm.clone();
                self.let_link_be();
                if let Some((mut turn, _)) = turn_of(self) {
                    let finding = turn.issue(Effect::FindVm { name });
                    self.shell.await_yes(link, finding);
                }
            }
            Some(Link::Notice { .. }) | None => {}
        }
    }

    /// Takes what a link's name leads to; whether this was a reply to that.
    pub(super) fn learn_found(&mut self, to: EffectId, read: Result<Box<Found>, Problem>) {
        let waiting = self.shell.link.as_mut();
        let Some(link) = waiting.filter(|link| link.finding == Some(to)) else {
            return;
        };
        link.finding = None;
        match read.map(|found| exactly_one(&link.view.vm, *found)) {
            Ok(Ok(entry)) => link.view.found = Some(entry),
            Ok(Err(problem)) | Err(problem) => link.view.problem = Some(problem),
        }
    }

    /// A person said yes. The wish is made of what the link's card showed, and of what
    /// settings say of that VM.
    pub(super) fn follow_link(
        &mut self,
        id: LinkId,
        service: Option<Service>,
        duration: Option<SignedDuration>,
    ) {
        let found = self
            .shown_link(id)
            .and_then(|view| Some((view.found.as_ref()?.vm.id.clone(), view.service)));
        if let Some((vm, said)) = found {
            self.shell.link = None;
            let wish = ConnectWish {
                duration,
                ..ConnectWish::click(vm, service.or(said))
            };
            self.begin(wish, Purpose::Connect);
        }
    }

    /// A person said no.
    pub(super) fn leave_link(&mut self, id: LinkId) {
        if self.shown_link(id).is_some() {
            self.let_link_be();
        }
    }

    fn shown_link(&self, id: LinkId) -> Option<&LinkView> {
        let shown = self.shell.link.as_ref().map(|link| &link.view);
        shown.filter(|view| view.id == id)
    }

    fn let_link_be(&mut self) {
        let finding = self.shell.link.take().and_then(|link| link.finding);
        if let (Some(finding), Some((mut turn, _))) = (finding, turn_of(self)) {
            turn.call_off(finding);
        }
    }
}

fn exactly_one(name: &str, found: Found) -> Result<crate::query::VmEntry, Problem> {
    let mut exact = found.exact;
    match (exact.pop(), exact.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            exact.push(last);
            let candidates = exact.into_iter().take(NAMES).map(|it| it.vm.id).collect();
            Err(Problem::new(Cause::VmAmbiguous {
                query: name.to_owned(),
                candidates,
            }))
        }
        (None, _) => {
            let near = found.near.into_iter().take(NAMES);
            Err(Problem::new(Cause::VmNotFound {
                query: name.to_owned(),
                nearest: near.map(|it| it.vm.name).collect(),
            }))
        }
    }
}
