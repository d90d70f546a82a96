//! People in estates: defaults, files, mistakes, delegated subscriptions, and what the program tells.

use azure_sim::estate::{self, Person};
use azure_sim::{ClockKind, Error, Estate, Fault, Options, Sim, Visitor, VmGround, Wrong, control};
use rstest::rstest;

use super::flow::*;
use crate::kit::{Azure, PARTNER as PARTNER_SUB, PROD, TEST, start};

async fn client_of(estate: Estate) -> Client {
    let clock = ClockKind::Manual(start());
    Client {
        azure: Azure::of(estate, VmGround::Nothing, clock).await,
    }
}

fn without_vms(estate: Estate) -> Options {
    let mut options = Options::new(estate);
    options.vms = VmGround::Nothing;
    options
}

#[rstest]
#[case(estate::large(10))]
#[case(Estate::parse(r#"{"tenants": [{"id": "aaaaaaaa-0000-4000-8000-000000000001"}, {"id": "aaaaaaaa-0000-4000-8000-000000000002"}]}"#).unwrap())]
#[tokio::test]
async fn every_estate_has_the_three_roles(#[case] estate: Estate) {
    let tenants: Vec<String> = estate.tenants.iter().map(|t| t.id.clone()).collect();
    let client = client_of(estate).await;
    for upn in [ADMIN, WORKER, "helpdesk@contoso.example"] {
        client.sign_in(upn, "organizations").await;
    }
    let admin = client.azure.sim.person(ADMIN).unwrap();
    assert_eq!(admin.tenants().collect::<Vec<_>>(), tenants);
}

#[tokio::test]
async fn people_in_a_file_get_what_they_leave_out() {
    let text = r#"{"people": [{"upn": "one@lab.example"}], "app": {"id": "bbbbbbbb-0000-4000-8000-000000000001", "name": "Lab"},
                   "tenants": [{"id": "aaaaaaaa-0000-4000-8000-000000000001"}]}"#;
    let sim = Sim::start(without_vms(Estate::parse(text).unwrap()))
        .await
        .unwrap();
    let people = sim.people();
    assert_eq!(people.len(), 1);
    assert_eq!(people[0].home, "aaaaaaaa-0000-4000-8000-000000000001");
    assert!(people[0].oid.len() == 36 && people[0].name == "one@lab.example");
    assert_eq!(
        sim.public_client_id(),
        "bbbbbbbb-0000-4000-8000-000000000001"
    );
    let info = control::call(&sim.control(), "info", None).await.unwrap();
    assert_eq!(info["browser_authority"], sim.pages());
    assert_eq!(info["public_client_id"], sim.public_client_id());
    assert_eq!(info["people"][0]["upn"], "one@lab.example");
    assert_eq!(sim.cloud()["browser_authority"], sim.pages());
}

#[tokio::test]
async fn a_guest_of_nowhere_and_pages_for_the_world_are_refused() {
    let mut estate = estate::demo();
    estate
        .people
        .push(Person::new("x@contoso.example", "X", CONTOSO).guest_of("nowhere"));
    let error = Sim::start(without_vms(estate)).await.unwrap_err();
    assert!(
        matches!(error, Error::Missing { what: "tenant", .. }),
        "{error}"
    );
    let mut options = without_vms(estate::demo());
    options.pages = ([0, 0, 0, 0], 0).into();
    let error = Sim::start(options).await.unwrap_err();
    assert!(matches!(error, Error::Invalid { .. }), "{error}");
}

#[tokio::test]
async fn who_is_not_assigned_is_refused() {
    let mut estate = estate::demo();
    estate.people[1].not_assigned = true;
    let client = client_of(estate).await;
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    assert_eq!(visit.pages.last().unwrap(), "refused");
    assert!(sent_back(&visit)["error_description"].starts_with("AADSTS50105: "));
}

#[tokio::test]
async fn a_delegated_subscription_opens_to_the_managing_tenant() {
    let mut estate = estate::demo();
    estate.tenants[1].subscriptions[0]
        .managed_by
        .push(CONTOSO.into());
    let mut client = client_of(estate).await;
    let body = client.sign_in(WORKER, "common").await;
    client.azure.token = text(&body, "access_token");
    let got = client.azure.get("/subscriptions", "2022-12-01").await;
    let all = got.body["value"].as_array().unwrap();
    let ids: Vec<String> = all.iter().map(|s| text(s, "subscriptionId")).collect();
    assert_eq!(ids, [PROD, TEST, PARTNER_SUB]);
    assert_eq!(all[2]["tenantId"], PARTNER);
    assert_eq!(all[2]["managedByTenants"][0]["tenantId"], CONTOSO);
    let id = client.azure.id("vm-shared-01");
    assert_eq!(client.azure.get(&id, "2024-07-01").await.status, 200);
}

#[tokio::test]
async fn a_page_may_be_cut_off() {
    let client = Client::new().await;
    client
        .azure
        .sim
        .fault(Fault::on("devicelogin", Wrong::Reset).times(1));
    let page = format!("{}/devicelogin", client.azure.sim.pages());
    let error = Visitor::new().unwrap().visit(&page).await.unwrap_err();
    assert!(matches!(error, Error::Visit { .. }), "{error}");
}
