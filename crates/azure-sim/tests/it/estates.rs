//! Estates as files, and mistakes in them.

use azure_sim::{Error, Estate, Options, Sim, VmGround, estate};

#[tokio::test]
async fn the_demo_estate_survives_being_a_file() {
    let text = serde_json::to_string_pretty(&estate::demo()).unwrap();
    let mut options = Options::new(Estate::parse(&text).unwrap());
    options.vms = VmGround::Nothing;
    let sim = Sim::start(options).await.unwrap();
    assert_eq!(sim.vms().len(), 40);
    assert_eq!(sim.vm("vm-win-01").unwrap().kind.as_deref(), Some("rdp"));
}

#[tokio::test]
async fn a_name_that_refers_to_nothing_is_told() {
    let mut demo = estate::demo();
    demo.tenants[0].subscriptions[0].vms[0].nics[0].nsg = Some("no-such".into());
    let mut options = Options::new(demo);
    options.vms = VmGround::Nothing;
    let error = Sim::start(options).await.unwrap_err();
    assert!(
        matches!(error, Error::Missing { what: "NSG", .. }),
        "{error}"
    );
}

#[test]
fn an_unknown_member_is_told_with_its_place() {
    let error = Estate::parse("{\"tenants\": [],\n \"tennants\": []}").unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        source.contains("tennants") && source.contains("line 2"),
        "{source}"
    );
}
