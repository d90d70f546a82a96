//! A certificate that cannot sign: what is done instead and why, and what is refused; a terminal
//! and a proxy that nobody knows how to go by.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::PathBuf;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::VmId;
use gangway_engine::launch::{LaunchNote, LaunchWay};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::vm::Service;
use gangway_launch::{
    Client, ClientKind, ClientSettings, Installed, Invocation, Place, PuttyProxy, RdpMode,
    RdpPolicies, RdpSettings, Rule, SshProgram, SshSettings, Standing, Terminal, TerminalKind,
    plan,
};
use rstest::rstest;

const HASH: &str = "ABABABABABABABABABABABABABABABABABABABAB";

fn launch(service: Service) -> LaunchPlan {
    LaunchPlan {
        vm: VmId::new("/subscriptions/s/resourceGroups/g/providers/x/virtualMachines/v").unwrap(),
        vm_name: "v".to_owned(),
        computer_name: None,
        target: [10, 20, 0, 4].into(),
        source: [172, 16, 201, 2].into(),
        service,
        command: Vec::new(),
    }
}

fn there(certificate: Standing) -> Installed {
    Installed {
        clients: vec![Client {
            kind: ClientKind::Mstsc,
            program: PathBuf::from("mstsc.exe"),
        }],
        signer: Some(PathBuf::from("rdpsign.exe")),
        certificate: Some(certificate),
        ..Installed::default()
    }
}

fn run(mode: RdpMode, thumbprint: &str, there: &Installed) -> Result<Invocation, Problem> {
    let settings = ClientSettings {
        place: Place::Desktop,
        rdp: RdpSettings {
            mode,
            thumbprint: Some(thumbprint.to_owned()),
            ..RdpSettings::default()
        },
        ..ClientSettings::default()
    };
    plan(&launch(Service::RDP), &settings, there)
}

#[rstest]
#[case(Standing::Missing, LaunchNote::CertificateMissing)]
#[case(Standing::OutOfTime, LaunchNote::CertificateOutOfTime)]
#[case(Standing::WithoutKey, LaunchNote::CertificateWithoutKey)]
#[case(Standing::OfOtherUse, LaunchNote::CertificateOfOtherUse)]
#[case(Standing::Unread("access denied".to_owned()), LaunchNote::CertificatesUnread)]
fn a_certificate_that_cannot_sign_is_not_waited_for(
    #[case] standing: Standing,
    #[case] why: LaunchNote,
) {
    let mut there = there(standing);
    let file = run(RdpMode::Automatic, HASH, &there).unwrap();
    assert_eq!((file.view.way, file.before.len()), (LaunchWay::File, 0));
    assert_eq!(file.view.notes[0], why);
    // Wanted and nothing else: refused, with the setting's own name.
    refused(run(RdpMode::SignedFile, HASH, &there), "rdp.thumbprint");
    there.policies = RdpPolicies {
        unsigned_files: Rule::of(Some(0), None),
        ..RdpPolicies::default()
    };
    let direct = run(RdpMode::Automatic, HASH, &there).unwrap();
    assert_eq!(direct.view.way, LaunchWay::Direct);
    assert_eq!(direct.view.notes[..2], [why, LaunchNote::UnsignedBlocked]);
    // Signed files alone are left, and none can be signed: that is what is in the way.
    there.policies = RdpPolicies {
        unsigned_files: Rule::of(Some(0), None),
        signed_files: Rule::of(Some(0), None),
        ..RdpPolicies::default()
    }
    .with_publishers(HASH);
    refused(run(RdpMode::Automatic, HASH, &there), "rdp.thumbprint");
}

#[test]
fn without_the_program_that_signs_there_is_another_way() {
    let mut there = there(Standing::Usable);
    there.signer = None;
    let file = run(RdpMode::Automatic, HASH, &there).unwrap();
    assert_eq!(file.view.notes[0], LaunchNote::NoSigner);
    let missing = run(RdpMode::SignedFile, HASH, &there).unwrap_err();
    assert_eq!(missing.code(), "client-missing");
}

#[test]
fn what_may_fail_while_it_is_signed_has_its_next_best() {
    let mut there = there(Standing::Usable);
    let signed = run(RdpMode::Automatic, HASH, &there).unwrap();
    assert_eq!(signed.view.way, LaunchWay::SignedFile);
    let next = signed.otherwise.unwrap();
    assert_eq!((next.view.way, next.before.len()), (LaunchWay::File, 0));
    assert_eq!(next.view.notes[0], LaunchNote::SigningFailed);
    // Nobody who asked for a signature gets anything else.
    assert_eq!(
        run(RdpMode::SignedFile, HASH, &there).unwrap().otherwise,
        None
    );
    there.policies.unsigned_files = Rule::of(Some(0), None);
    let signed = run(RdpMode::Automatic, HASH, &there).unwrap();
    assert_eq!(signed.otherwise.unwrap().view.way, LaunchWay::Direct);
}

#[test]
fn what_is_no_thumbprint_keeps_nobody_from_the_vm() {
    let there = there(Standing::Missing);
    let file = run(RdpMode::Automatic, "nonsense", &there).unwrap();
    assert_eq!(file.view.notes[0], LaunchNote::CertificateMissing);
    refused(
        run(RdpMode::SignedFile, "nonsense", &there),
        "rdp.thumbprint",
    );
}

fn refused(done: Result<Invocation, Problem>, wanted: &str) {
    match done.unwrap_err().cause {
        Cause::SettingRefused { setting, .. } => assert_eq!(setting, wanted),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_terminal_that_is_not_known_is_refused_by_name() {
    let there = Installed {
        clients: vec![Client {
            kind: ClientKind::Ssh,
            program: PathBuf::from("ssh.exe"),
        }],
        terminals: vec![Terminal {
            kind: TerminalKind::Console,
            program: PathBuf::from("conhost.exe"),
        }],
        terminal_unknown: true,
        ..Installed::default()
    };
    let settings = ClientSettings {
        place: Place::Desktop,
        ..ClientSettings::default()
    };
    refused(
        plan(&launch(Service::SSH), &settings, &there),
        "ssh.terminal",
    );
    // Where one sits at a terminal already, it does not matter.
    assert!(plan(&launch(Service::SSH), &ClientSettings::default(), &there).is_ok());
}

#[test]
fn putty_goes_no_other_way_than_the_one_that_was_checked() {
    let putty = |excluded: Option<&str>| {
        let there = Installed {
            clients: vec![Client {
                kind: ClientKind::Putty,
                program: PathBuf::from("putty.exe"),
            }],
            putty_proxy: excluded.map(|excluded| PuttyProxy {
                excluded: excluded.to_owned(),
            }),
            ..Installed::default()
        };
        let settings = ClientSettings {
            ssh: SshSettings {
                program: SshProgram::Putty,
                ..SshSettings::default()
            },
            ..ClientSettings::default()
        };
        plan(&launch(Service::SSH), &settings, &there)
    };
    assert!(putty(None).unwrap().to_string().contains(" -noshare "));
    assert!(putty(Some("10.20.*")).is_ok());
    refused(putty(Some("192.168.*")), "ssh.client");
}
