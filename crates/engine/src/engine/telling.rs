//! What a shell that stays tells of its connections and accesses while nobody looks: that
//! one is ready, that one wants a person. Each is told once.

use super::Engine;
use crate::alerts::wants_a_person;
use crate::effect::{Effect, Issued, Notice};
use crate::id::{ConnectionId, RequestId};
use crate::problem::{Cause, Problem};
use crate::snapshot::{AccessView, ConnectionView, Snapshot, StateName};

/// So many connections that are over stay to be looked at.
const REMEMBERED: usize = 8;

/// How a connection stood when a person could last be told of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stood {
    state: StateName,
    /// The trouble that was told since it came to that state, or shown by a window.
    told: Option<&'static str>,
}

impl Engine {
    /// At the end of a step: whatever a window shows anyway counts as told.
    pub(super) fn tell_news(&mut self) {
        let Some(clock) = self.clock.filter(|_| self.shell.stays) else {
            return;
        };
        let shown = self.snapshot(clock.now);
        let mut notices = self.news_of_connections(&shown.connections);
        notices.extend(self.news_of_accesses(&shown));
        notices.extend(self.news_of_sign_ins());
        if !self.shell.is_quiet() {
            for notice in notices {
                self.outbox.issue(None, Effect::Notify(notice));
            }
        }
        self.forget_old(&shown.connections);
    }

    /// A shell that stays for weeks keeps the last few that are over, and those whose
    /// failure nobody has seen.
    fn forget_old(&mut self, views: &[ConnectionView]) {
        let over = |view: &&ConnectionView| view.state == StateName::Ended;
        let unseen =
            |view: &ConnectionView| wants_a_person(view) && !self.shell.seen.contains(&view.id);
        let too_many = views.iter().filter(over).count().saturating_sub(REMEMBERED);
        let old = views.iter().filter(over).filter(|view| !unseen(view));
        let old: Vec<ConnectionId> = old.take(too_many).map(|view| view.id).collect();
        self.connections.retain(|known| !old.contains(&known.id));
        self.shell.seen.retain(|seen| !old.contains(seen));
    }

    fn news_of_connections(&mut self, views: &[ConnectionView]) -> Vec<Notice> {
        let mut notices = Vec::new();
        let mut stood = std::collections::BTreeMap::new();
        for view in views {
            let before = self.shell.stood.get(&view.id).copied();
            let before = before.filter(|before| before.state == view.state);
            if view.state == StateName::Open && before.is_none() {
                notices.push(ready(view));
            }
            if view.question.is_some() && before.is_none() {
                notices.push(asks(view));
            }
            let told = before.and_then(|before| before.told);
            let problem = view.problem.as_ref().filter(|_| wants_a_person(view));
            let news = problem.filter(|problem| told != Some(problem.code()));
            if let Some(problem) = news
                && !is_told(self.outbox.so_far(), view.id, problem)
            {
                notices.push(trouble(view, problem));
            }
            let now = Stood {
                state: view.state,
                told: problem.map(Problem::code).or(told),
            };
            stood.insert(view.id, now);
        }
        self.shell.stood = stood;
        notices
    }

    /// Sign-ins of a person's own that failed.
    fn news_of_sign_ins(&mut self) -> Vec<Notice> {
        let failed = self.desk.unseen_failures();
        let ids = failed.iter().map(|(id, _)| *id).collect();
        let told = std::mem::replace(&mut self.shell.told_sign_ins, ids);
        let news = failed.into_iter().filter(|(id, _)| !told.contains(id));
        news.map(|(sign_in, problem)| Notice::SignIn { sign_in, problem })
            .collect()
    }

    /// Accesses that no connection of this process speaks for: another process asked for
    /// them, or one that is gone.
    fn news_of_accesses(&mut self, shown: &Snapshot) -> Vec<Notice> {
        let spoken_for = |it: &&AccessView| {
            let request = Some(it.access.request);
            shown.connections.iter().any(|one| one.request == request)
        };
        let moved: Vec<&AccessView> = shown
            .accesses
            .iter()
            .filter(|it| it.problem.as_ref().is_some_and(has_moved))
            .collect();
        let news = moved
            .iter()
            .filter(|it| !self.shell.moved.contains(&it.access.request))
            .filter(|it| !spoken_for(it));
        let notices = news.filter_map(|it| {
            Some(Notice::Trouble {
                connection: None,
                request: Some(it.access.request),
                vm_name: it.access.vm_name.clone(),
                problem: it.problem.clone()?,
            })
        });
        let notices: Vec<Notice> = notices.collect();
        let moved: Vec<RequestId> = moved.iter().map(|it| it.access.request).collect();
        self.shell.moved = moved;
        notices
    }
}

fn ready(view: &ConnectionView) -> Notice {
    Notice::Ready {
        connection: view.id,
        vm_name: view.vm_name.clone(),
        expires_at: view.expires_at,
    }
}

fn asks(view: &ConnectionView) -> Notice {
    Notice::Asks {
        connection: view.id,
        vm_name: view.vm_name.clone(),
    }
}

fn trouble(view: &ConnectionView, problem: &Problem) -> Notice {
    Notice::Trouble {
        connection: Some(view.id),
        request: view.request,
        vm_name: view.vm_name.clone(),
        problem: problem.clone(),
    }
}

/// Whether the connection itself told it in this step.
fn is_told(issued: &[Issued], id: ConnectionId, wanted: &Problem) -> bool {
    issued.iter().any(|one| {
        matches!(
            &one.effect,
            Effect::Notify(Notice::Trouble { connection, problem, .. })
                if *connection == Some(id) && problem.code() == wanted.code()
        )
    })
}

/// A tunnel that is down for a while may come back with the same address.
fn has_moved(problem: &Problem) -> bool {
    matches!(problem.cause, Cause::TunnelMoved { now: Some(_), .. })
}
