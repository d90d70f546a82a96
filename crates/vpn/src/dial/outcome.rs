//! What a program's failure means: its number, or its words.

use gangway_engine::dial::DialWhy;

use super::letters::is_odd;

/// How a program tells of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speech {
    /// `rasdial` ends with RAS' own number
    /// (<https://learn.microsoft.com/windows/win32/rras/routing-and-remote-access-error-codes>).
    Ras,
    /// `nmcli` ends with one of a few numbers and says the rest in English.
    NetworkManager,
    /// `systemctl` says it in English.
    Systemd,
}

/// Why, as far as that can be told.
pub(super) fn why(speech: Speech, code: Option<i32>, words: &str) -> DialWhy {
    match speech {
        Speech::Ras => of_ras(code.unwrap_or_default()),
        Speech::NetworkManager => of_network_manager(code, &words.to_lowercase()),
        Speech::Systemd => of_systemd(&words.to_lowercase()),
    }
}

fn of_ras(code: i32) -> DialWhy {
    match code {
        // The connection was refused for the name or password; the account may not, is
        // locked, has expired, or may not now.
        646 | 647 | 648 | 649 | 691 | 812 => DialWhy::SignInRefused,
        703 => DialWhy::WantsPerson,
        623 => DialWhy::Unknown,
        633 | 756 => DialWhy::Busy,
        798 | 13_806 => DialWhy::CertificateMissing,
        13_801 => DialWhy::CertificateRefused,
        789 | 13_868 => DialWhy::NothingInCommon,
        868 => DialWhy::HostUnknown,
        678 | 718 | 800 | 806 | 807 | 809 | 13_805 => DialWhy::NoAnswer,
        5 => DialWhy::NotPermitted,
        _ => DialWhy::Other,
    }
}

fn of_network_manager(code: Option<i32>, words: &str) -> DialWhy {
    let says = |part: &str| words.contains(part);
    if says("not authorized") || says("insufficient privileges") {
        DialWhy::NotPermitted
    } else if says("secrets were required") || says("no secrets") || says("no agents") {
        DialWhy::WantsPerson
    } else if says("login failed") || says("authentication failed") {
        DialWhy::SignInRefused
    } else if code == Some(3) || says("timed out") || says("timeout") {
        DialWhy::NoAnswer
    } else if code == Some(10) {
        DialWhy::Unknown
    } else if code == Some(8) {
        DialWhy::ProgramMissing
    } else {
        DialWhy::Other
    }
}

fn of_systemd(words: &str) -> DialWhy {
    let says = |part: &str| words.contains(part);
    if says("access denied") || says("authentication required") || says("not authorized") {
        DialWhy::NotPermitted
    } else if says("not found") {
        DialWhy::Unknown
    } else {
        DialWhy::Other
    }
}

/// What a person at a help desk gets of it: the number and its last words.
pub(super) fn observed(program: &str, code: Option<i32>, words: &str) -> String {
    const LONGEST: usize = 200;
    let mut lines = words.lines().map(str::trim).rev();
    let last = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let last: String = last
        .chars()
        .filter(|letter| !is_odd(*letter))
        .take(LONGEST)
        .collect();
    let code = code.map_or_else(|| "no number".to_owned(), |code| code.to_string());
    match last.is_empty() {
        true => format!("{program} ended with {code}"),
        false => format!("{program} ended with {code}: {last}"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(691, DialWhy::SignInRefused)]
    #[case(703, DialWhy::WantsPerson)]
    #[case(800, DialWhy::NoAnswer)]
    #[case(809, DialWhy::NoAnswer)]
    #[case(868, DialWhy::HostUnknown)]
    #[case(798, DialWhy::CertificateMissing)]
    #[case(13_801, DialWhy::CertificateRefused)]
    #[case(13_868, DialWhy::NothingInCommon)]
    #[case(1, DialWhy::Other)]
    fn windows_tells_by_its_number(#[case] code: i32, #[case] expected: DialWhy) {
        assert_eq!(why(Speech::Ras, Some(code), ""), expected);
    }

    #[rstest]
    #[case(
        4,
        "Error: Connection activation failed: Not authorized to control networking.",
        DialWhy::NotPermitted
    )]
    #[case(
        4,
        "Error: Connection activation failed: Secrets were required, but not provided",
        DialWhy::WantsPerson
    )]
    #[case(3, "Error: Timeout expired (100 seconds)", DialWhy::NoAnswer)]
    #[case(10, "Error: unknown connection", DialWhy::Unknown)]
    #[case(8, "Error: NetworkManager is not running.", DialWhy::ProgramMissing)]
    #[case(
        4,
        "Error: Connection activation failed: Unknown reason",
        DialWhy::Other
    )]
    fn network_manager_tells_by_words_too(
        #[case] code: i32,
        #[case] words: &str,
        #[case] expected: DialWhy,
    ) {
        assert_eq!(why(Speech::NetworkManager, Some(code), words), expected);
    }

    #[test]
    fn systemd_tells_by_words() {
        let told = |words| why(Speech::Systemd, Some(1), words);
        let denied =
            "Failed to start openvpn-client@hub.service: Interactive authentication required.";
        assert_eq!(told(denied), DialWhy::NotPermitted);
        let missing = "Failed to start x.service: Unit x.service not found.";
        assert_eq!(told(missing), DialWhy::Unknown);
        assert_eq!(told("Job failed."), DialWhy::Other);
    }

    #[test]
    fn the_last_words_are_told_and_no_more() {
        let words = "Connecting to hub...\r\nRemote Access error 691 - no.\u{7}\u{202e}\r\n\r\n";
        let expected = "rasdial ended with 691: Remote Access error 691 - no.";
        assert_eq!(observed("rasdial", Some(691), words), expected);
        assert_eq!(observed("nmcli", None, ""), "nmcli ended with no number");
        assert!(observed("x", Some(1), &"y".repeat(999)).len() < 250);
    }
}
