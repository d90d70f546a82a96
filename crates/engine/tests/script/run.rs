//! Plays the lines of a script against an engine.

use gangway_engine::Engine;
use gangway_engine::effect::{Effect, Issued};
use gangway_engine::id::{ConnectionId, EffectId, RequestId};
use gangway_engine::input::{Input, Observation};
use gangway_engine::intent::{Answer, ConnectWish, Intent};
use gangway_engine::request::{Access, Draft, Standing};
use gangway_engine::settings::{OnAddressChange, Settings};
use gangway_engine::vm::Service;
use jiff::{SignedDuration, Timestamp};

use super::dial;
use super::shell;
use super::show;
use super::words::{after_word, service, span, vm_id};
use super::world::{World, gateway};

/// Ten in the morning.
const BEGIN: &str = "2026-03-02T10:00:00Z";

pub struct Runner {
    pub trace: String,
    pub(super) engine: Engine,
    pub(super) world: World,
    pub(super) now: Timestamp,
    pub(super) begin: Timestamp,
    pub(super) under_way: Vec<Issued>,
    pub(super) called_off: Vec<Issued>,
    pub(super) last_request: u64,
    /// The last request that was sent, and the last launch.
    pub(super) sent: Option<(RequestId, Draft)>,
    pub(super) client: Option<EffectId>,
    settings: Settings,
    shown: Vec<String>,
    silent: bool,
    /// The host is a shell that stays.
    pub(super) stays: bool,
}

impl Runner {
    pub fn new() -> Self {
        let begin: Timestamp = BEGIN.parse().unwrap();
        Self {
            trace: String::new(),
            engine: Engine::new(Settings::default()),
            world: World::new(),
            now: begin,
            begin,
            under_way: Vec::new(),
            called_off: Vec::new(),
            last_request: 0,
            sent: None,
            client: None,
            settings: Settings::default(),
            shown: Vec::new(),
            silent: false,
            stays: false,
        }
    }

    pub fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let rest = &words[1..];
        match words[0] {
            "vm" => self.world.set_vm(rest),
            "policy" => self.world.set_policy(rest),
            "request" => self.world.add_request(rest, self.now),
            "forget" => self.world.requests.clear(),
            "pool" => self.world.set_pool(rest),
            "serving" => self.world.serving = Some(gateway(rest[0])),
            "net" => self.world.set_net(rest),
            "known" => self.world.expected.fingerprints.push(rest[0].into()),
            "stranger" => {
                let row = (rest[0].to_owned(), rest[1].to_owned());
                self.world.expected.strangers.push(row);
            }
            "given" => self.given(rest),
            "after" => self.after(span(rest[0])),
            "jump" => self.now += span(rest[0]),
            _ => self.input(line, &words),
        }
    }

    /// Brings a connection to a state without telling how.
    fn given(&mut self, words: &[&str]) {
        self.silent = true;
        self.line(&format!("connect web {}", words[1..].join(" ")));
        self.line("cache");
        self.line("network");
        self.line("read");
        let stages: &[&str] = match words[0] {
            "knocking" => &[],
            "requesting" => &["after 150ms", "record"],
            "proving" => &["after 150ms", "record", "accept"],
            "initiated" => &[
                "after 150ms",
                "record",
                "accept",
                "in-force",
                "read policies",
            ],
            "open" => &[
                "after 150ms",
                "record",
                "accept",
                "in-force",
                "read policies",
                "probe greeted",
                "launched",
            ],
            stage => panic!("no stage: {stage}"),
        };
        for line in stages {
            self.line(line);
        }
        self.silent = false;
        self.tell("", &format!("given {}", words.join(" ")), &[]);
    }

    fn after(&mut self, by: SignedDuration) {
        let until = self.now + by;
        while let Some(next) = self.engine.next_deadline().filter(|next| *next <= until) {
            assert!(next > self.now, "a deadline of the past: {next}");
            self.now = next;
            self.step("tick", Input::Tick);
        }
        self.now = until;
    }

    fn input(&mut self, line: &str, words: &[&str]) {
        let rest = &words[1..];
        let connection =
            |index: usize| ConnectionId(rest.get(index).map_or(1, |word| word.parse().unwrap()));
        let request = || RequestId(rest[0].parse().unwrap());
        let input = match words[0] {
            "connect" => Input::Intent(Intent::Connect(wish(rest))),
            "cancel" => Input::Intent(Intent::Cancel {
                connection: connection(0),
            }),
            "clear" => Input::Intent(Intent::Clear {
                connection: connection(0),
            }),
            "answer" => Input::Intent(Intent::Answer {
                connection: connection(1),
                answer: answer(rest[0]),
            }),
            "extend" => Input::Intent(Intent::Extend {
                request: request(),
                duration: after_word(rest, "for").map(span),
            }),
            "dismiss" => Input::Intent(Intent::Dismiss { request: request() }),
            "settings" => {
                self.change_settings(rest);
                Input::Observed(Observation::Settings(Box::new(self.settings.clone())))
            }
            "changed" => Input::Observed(Observation::NetworkChanged),
            "resumed" => Input::Observed(Observation::Resumed),
            "tick" => Input::Tick,
            "row" => Input::Observed(Observation::Accesses(vec![self.row(rest)])),
            _ => match dial::input(words)
                .or_else(|| self.accounts_input(words))
                .or_else(|| self.shell_input(words))
            {
                Some(input) => input,
                None => return self.answer_effect(line, words),
            },
        };
        self.step(line, input);
    }

    fn change_settings(&mut self, words: &[&str]) {
        match words[0] {
            "always-request" => self.settings.always_request = true,
            "reason-required" => self.settings.reason_required = true,
            "renew" => self.settings.on_address_change = OnAddressChange::Renew,
            "whole-prefix" => self.settings.whole_prefix_allowed = true,
            "vpn" => self.settings.vpn = Some(words[1].into()),
            "no-confirm" => self.settings.may_confirm_tunnel = false,
            "duration" => self.settings.duration = span(words[1]),
            "warn" => {
                self.settings.warn_before = words[1..].iter().map(|word| span(word)).collect()
            }
            "allowed" => self.settings.allowed_sources = vec![words[1].parse().unwrap()],
            word => panic!("no setting: {word}"),
        }
    }

    /// `row 7 unanswered|running|refused|over [port 22] [asked 5m] [for 1h]`: a row of the store;
    /// `row 7 displaced by NAME`: one that somebody took the place of.
    fn row(&self, words: &[&str]) -> Access {
        let asked_at = self.now - span(after_word(words, "asked").unwrap_or("0s"));
        let address = after_word(words, "from")
            .unwrap_or("172.16.200.5")
            .parse()
            .unwrap();
        let expires_at = asked_at + span(after_word(words, "for").unwrap_or("1h"));
        Access {
            request: RequestId(words[0].parse().unwrap()),
            draft: Draft {
                vm: vm_id("web"),
                policy: self.world.policies()[0].id.clone(),
                port: after_word(words, "port").unwrap_or("22").parse().unwrap(),
                source: gangway_engine::policy::Source::address(address),
                tunnel_address: address,
                duration: span("1h"),
                reason: None,
                consent: None,
            },
            vm_name: "web".into(),
            asked_at,
            standing: match words[1] {
                "unanswered" => Standing::Unanswered,
                "running" => Standing::Running {
                    started_at: asked_at,
                    expires_at,
                    status: gangway_engine::policy::Status::Initiated,
                },
                "refused" => Standing::Refused,
                "over" => Standing::Over {
                    reason: gangway_engine::policy::StatusReason::Expired,
                    at: self.now,
                    displaced: None,
                },
                "displaced" => Standing::Over {
                    reason: gangway_engine::policy::StatusReason::NewerRequestInitiated,
                    at: self.now,
                    displaced: Some(gangway_engine::request::Displaced {
                        by: after_word(words, "by").map(str::to_owned),
                        at: Some(self.now),
                    }),
                },
                word => panic!("no standing: {word}"),
            },
            not_now: words.contains(&"not-now"),
        }
    }

    pub(super) fn step(&mut self, line: &str, input: Input) {
        let issued = self.engine.step(self.now, input);
        for one in &issued {
            match &one.effect {
                Effect::CallOff { effect } => {
                    let index = self.under_way.iter().position(|known| known.id == *effect);
                    if let Some(index) = index {
                        self.called_off.push(self.under_way.remove(index));
                    }
                }
                Effect::Initiate { request, draft, .. } => {
                    self.sent = Some((*request, draft.clone()));
                    self.under_way.push(one.clone());
                }
                _ => self.under_way.push(one.clone()),
            }
        }
        if let Some(next) = self.engine.next_deadline() {
            assert!(next > self.now, "a deadline of the past after {line}");
        }
        let at = show::clock(self.now.duration_since(self.begin));
        self.tell(&at, line, &issued);
    }

    fn tell(&mut self, at: &str, line: &str, issued: &[Issued]) {
        if self.silent {
            return;
        }
        let snapshot = self.engine.snapshot(self.now);
        let mut shown = show::snapshot(&snapshot, self.begin);
        if self.stays {
            shown.extend(shell::shown(&snapshot, self.begin));
        }
        let news: Vec<&String> = shown.iter().filter(|l| !self.shown.contains(l)).collect();
        if line == "tick" && issued.is_empty() && news.is_empty() {
            return;
        }
        self.trace += format!("{at:>9}  {line}").trim_end();
        self.trace += "\n";
        for one in issued {
            self.trace += &format!("           -> {}\n", show::effect(one, self.begin));
        }
        for line in news {
            self.trace += &format!("           == {line}\n");
        }
        self.shown = shown;
    }
}

fn wish(words: &[&str]) -> ConnectWish {
    let command = words.iter().position(|word| *word == "--");
    ConnectWish {
        vm: vm_id(words[0]),
        service: service(words),
        duration: after_word(words, "for").map(span),
        reason: after_word(words, "reason").map(str::to_owned),
        launch: !words.contains(&"no-launch"),
        command: command
            .map(|index| words[index + 1..].iter().map(|w| (*w).to_owned()).collect())
            .unwrap_or_default(),
        dry_run: words.contains(&"dry-run"),
        insist: words.contains(&"insist"),
        attended: words.contains(&"attended"),
    }
}

fn answer(word: &str) -> Answer {
    match word {
        "start-vm" => Answer::StartVm,
        "confirm-tunnel" => Answer::ConfirmTunnel,
        "whole-prefix" => Answer::WholePrefix,
        "use-rdp" => Answer::Use(Service::RDP),
        "use-ssh" => Answer::Use(Service::SSH),
        "again" => Answer::Again,
        "renew" => Answer::Renew,
        "go-on" => Answer::GoOn,
        "sign-in" => Answer::SignIn,
        _ => dial::answer(word),
    }
}
