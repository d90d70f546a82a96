//! Which names are taken, how long a start waits for them, and what is left of them.

use super::*;

#[test]
fn a_name_counts_only_when_it_leads_to_the_proved_address_and_nowhere_else() {
    let target = Ipv4Addr::new(10, 0, 0, 4);
    let other = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5));
    assert!(is_only(&[target.into(), target.into()], target));
    assert!(!is_only(&[], target));
    assert!(!is_only(&[target.into(), other], target));
    assert!(!is_only(
        &[target.into(), "fd00::4".parse().unwrap()],
        target
    ));
}

#[test]
fn a_short_name_is_not_taken_unless_dns_tells_the_full_one() {
    let target = Ipv4Addr::new(10, 0, 0, 4);
    let found = |full: Option<&str>| {
        let answer = Answer {
            addresses: vec![target.into()],
            full: full.map(str::to_owned),
        };
        Found::of(answer, target)
    };
    assert_eq!(
        found(Some("web01.corp.example")),
        Found::Full("web01.corp.example".to_owned())
    );
    assert_eq!(
        found(Some("localhost")),
        Found::Full("localhost".to_owned())
    );
    // What only the neighbourhood answers.
    for full in [
        None,
        Some("web01"),
        Some("web01."),
        Some("web01.local"),
        Some(".x"),
    ] {
        assert_eq!(found(full), Found::Short, "{full:?}");
    }
    assert_eq!(Found::of(Answer::default(), target), Found::Not);
}

#[tokio::test]
async fn a_short_name_that_answers_is_told_and_not_used() {
    let (tell, told) = mpsc::unbounded_channel();
    tell.send((0, Found::Short)).unwrap();
    tell.send((1, Found::Not)).unwrap();
    let wanted = wanted(&["web01", "web01.x"], true);
    let target = Asked { wanted, told }.best().await;
    assert_eq!((target.name, target.is_device), (None, false));
    assert_eq!(target.not_full, ["web01"]);
}

#[test]
fn what_connections_leave_behind_is_bounded() {
    let mut latest = Latest::default();
    for number in 0..1_000 {
        latest.insert(ConnectionId(number), number);
        latest.insert(ConnectionId(number), number);
    }
    assert_eq!(latest.0.len(), MOST_CONNECTIONS);
    assert_eq!(latest.get(ConnectionId(999)), Some(&999));
    assert_eq!(latest.remove(ConnectionId(999)), Some(999));
    assert_eq!(
        (latest.get(ConnectionId(999)), latest.get(ConnectionId(0))),
        (None, None)
    );
}

#[test]
fn names_come_best_first_and_once() {
    let suffixes = ["corp.example".to_owned(), "CORP.example".to_owned()];
    let names = |own, entra| candidates(own, "web01", &suffixes, entra);
    assert_eq!(
        names(Some("web.example"), false),
        ["web.example", "web01.corp.example", "web01"]
    );
    assert_eq!(names(None, true), ["web01", "web01.corp.example"]);
    assert_eq!(candidates(None, "vm web", &[], false), Vec::<String>::new());
    let many: Vec<String> = (0..40).map(|number| format!("s{number}.example")).collect();
    assert_eq!(candidates(None, "a", &many, false).len(), MOST);
}

fn wanted(names: &[&str], is_needed: bool) -> Wanted {
    Wanted {
        names: names.iter().map(ToString::to_string).collect(),
        device: Some("localhost".to_owned()),
        target: Ipv4Addr::LOCALHOST,
        is_needed,
    }
}

fn asked(names: &[&str], is_needed: bool, answers: &[(usize, bool)]) -> Asked {
    let (tell, told) = mpsc::unbounded_channel();
    for (index, leads) in answers {
        let full = Found::Full(names[*index].to_owned());
        let found = if *leads { full } else { Found::Not };
        tell.send((*index, found)).unwrap();
    }
    // Somebody may still answer.
    std::mem::forget(tell);
    Asked {
        wanted: wanted(names, is_needed),
        told,
    }
}

#[tokio::test(start_paused = true)]
async fn the_start_does_not_wait_for_a_name_that_is_late() {
    let begun = Instant::now();
    let target = asked(&["a", "b", "c"], false, &[(1, true), (2, true)])
        .best()
        .await;
    // The first one never came, and the best of the others is taken.
    assert_eq!(
        (target.name.as_deref(), begun.elapsed()),
        (Some("b"), BETTER)
    );
    let target = asked(&["a"], true, &[]).best().await;
    assert_eq!((target.name, target.tried), (None, vec!["a".to_owned()]));
    assert_eq!(begun.elapsed(), BETTER + NEEDED);
    let target = asked(&["localhost.x", "a.x"], false, &[(0, true)])
        .best()
        .await;
    assert!(target.is_device && begun.elapsed() == BETTER + NEEDED);
}

#[tokio::test]
async fn the_system_s_own_answer_counts() {
    let target = Asked::begin(wanted(&["127.0.0.1"], true)).best().await;
    assert_eq!(target.name.as_deref(), Some("127.0.0.1"));
    let target = Asked::begin(wanted(&["127.0.0.2"], true)).best().await;
    assert_eq!(target.name, None);
}
