//! One record: its sentence for a person, its fields for whoever collects records.

use gangway_engine::id::{RequestId, TenantId, VmId};
use gangway_launch::is_odd;
use jiff::Timestamp;

/// What kind of thing happened. The numbers are those of Windows' events and never change;
/// those from 1 to 1000 have a text in a program that every Windows has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Azure took a request.
    Request = 1,
    /// A client was started.
    Launch = 2,
    /// An access is over.
    End = 3,
    /// A problem stopped a connection.
    Refusal = 4,
}

impl Kind {
    /// Its word in the field of that name.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Launch => "launch",
            Self::End => "end",
            Self::Refusal => "refusal",
        }
    }
}

/// What happened, to which VM, for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    /// When, by Azure's clock as far as that is known.
    pub(crate) at: Option<Timestamp>,
    pub(crate) vm: VmId,
    pub(crate) port: Option<u16>,
    /// For which address.
    pub(crate) source: Option<String>,
    /// When the access ends, or ended.
    pub(crate) until: Option<Timestamp>,
    /// Its number in this machine's history.
    pub(crate) request: Option<RequestId>,
    /// The object id of the account that is used in the VM's tenant.
    pub(crate) account: Option<String>,
    pub(crate) tenant: Option<TenantId>,
    /// The code of what was in the way.
    pub(crate) problem: Option<&'static str>,
    /// Why it is over, as Azure says.
    pub(crate) reason: Option<String>,
    /// What Azure knows a refused call by.
    pub(crate) correlation: Option<String>,
}

impl Record {
    /// A sentence for whoever reads the log by eye.
    pub(crate) fn sentence(&self) -> String {
        let port = self
            .port
            .map_or(String::new(), |port| format!("port {port} of "));
        let what = format!("{port}{}", self.vm);
        let told = match self.kind {
            Kind::Request => format!(
                "Access to {what} for {} until {}",
                self.source.as_deref().unwrap_or("an unknown address"),
                self.until
                    .map(|until| until.to_string())
                    .unwrap_or_default(),
            ),
            Kind::Launch => format!("A client was started for {what}"),
            Kind::End => format!(
                "Access to {what} is over ({})",
                self.reason.as_deref().unwrap_or("no reason told")
            ),
            Kind::Refusal => format!(
                "No access to {what}: {}",
                self.problem.unwrap_or("no cause told")
            ),
        };
        plain(&told)
    }

    /// All fields, always in this order; empty where there is nothing to tell.
    pub(crate) fn fields(&self) -> [(&'static str, String); 12] {
        let text = |value: &Option<String>| value.as_deref().map(plain).unwrap_or_default();
        let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        let tenant = self.tenant.as_ref().map(|tenant| plain(tenant.as_str()));
        [
            ("KIND", self.kind.word().to_owned()),
            ("AT", moment(self.at)),
            ("VM", plain(self.vm.as_str())),
            (
                "PORT",
                self.port.map(|it| it.to_string()).unwrap_or_default(),
            ),
            ("SOURCE", text(&self.source)),
            ("UNTIL", moment(self.until)),
            (
                "REQUEST",
                self.request.map(|it| it.to_string()).unwrap_or_default(),
            ),
            ("ACCOUNT", text(&self.account)),
            ("TENANT", tenant.unwrap_or_default()),
            ("PROBLEM", self.problem.unwrap_or_default().to_owned()),
            ("REASON", text(&self.reason)),
            ("CORRELATION", text(&self.correlation)),
        ]
    }
}

/// Data from outside is one line of text that reads as it stands, and not endless.
fn plain(text: &str) -> String {
    let letters = text.chars().take(1024);
    letters
        .map(|letter| if is_odd(letter) { ' ' } else { letter })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A record whose every text tries to be more than a text.
    pub(crate) fn hostile() -> Record {
        let evil = "x\nGANGWAY_KIND=launch\r\n\0%1 %%2\u{7f}\u{202e}nwod\u{200b}\u{2028}\u{2066}z";
        Record {
            kind: Kind::Refusal,
            at: Some(Timestamp::UNIX_EPOCH),
            vm: VmId::new(
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v",
            )
            .unwrap(),
            port: Some(22),
            source: Some(evil.to_owned()),
            until: None,
            request: Some(RequestId(7)),
            account: Some(evil.to_owned()),
            tenant: Some(TenantId::new("t")),
            problem: Some("permission-missing"),
            reason: Some("r".repeat(5000)),
            correlation: Some(evil.to_owned()),
        }
    }

    #[test]
    fn a_field_is_one_line() {
        let record = hostile();
        for (name, value) in record.fields() {
            assert!(!value.chars().any(is_odd), "{name}: {value:?}");
            assert!(value.chars().count() <= 1024, "{name}");
        }
        assert!(!record.sentence().chars().any(is_odd));
        assert!(
            record
                .sentence()
                .ends_with("virtualMachines/v: permission-missing")
        );
    }
}
