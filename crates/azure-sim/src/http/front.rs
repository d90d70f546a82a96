//! One call from arrival to answer: noted, routed, checked, possibly spoilt, headers added.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Response, header};

use super::answer::Answer;
use super::listen::Peer;
use super::spoil::{self, Out};
use super::{apiversion, headers, route, token};
use crate::asked::Asked;
use crate::fault::{Fault, Wrong};
use crate::stage::Stage;

/// Fields of the token endpoint that are never kept.
const SECRETS: [&str; 6] = [
    "client_secret",
    "client_assertion",
    "code",
    "code_verifier",
    "device_code",
    "refresh_token",
];

/// Largest body taken, as a gateway would limit it.
const LARGEST: usize = 4 << 20;

pub(crate) fn router(stage: Arc<Stage>) -> Router {
    Router::new().fallback(call).with_state(stage)
}

async fn call(
    State(stage): State<Arc<Stage>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned)
    };
    let authorization = header("authorization").unwrap_or_default();
    let call = Call {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        body: String::from_utf8_lossy(&body).into_owned(),
        bearer: authorization.strip_prefix("Bearer ").map(str::to_owned),
        cookie: cookies(&parts.headers),
        plain: peer.plain,
        client_request_id: header("x-ms-client-request-id"),
        version: format!("{:?}", parts.version),
        correlation: uuid::Uuid::new_v4().to_string(),
    };
    let number = note(&stage, &call);
    let (out, delay) = handle(&stage, &call);
    if let Some(until) = delay {
        stage.clock.wait_until(until).await;
    }
    let now = stage.clock.now();
    let name = call.route();
    let (response, status) = match out {
        Out::Answer(answer) => {
            let answer = headers::complete(answer, name, &call.correlation, now);
            (
                respond(&answer, Body::from(answer.body.clone())),
                answer.status,
            )
        }
        Out::CutMidBody(answer) => {
            let answer = headers::complete(answer, name, &call.correlation, now);
            let mut response = respond(&answer, spoil::half(&answer.body));
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, HeaderValue::from(answer.body.len()));
            (response, answer.status)
        }
        Out::Reset => {
            peer.cut.now();
            (Response::new(Body::empty()), 0)
        }
    };
    if let Some(asked) = stage.world().asked.get_mut(number) {
        asked.status = status;
    }
    stage.wake.notify_one();
    stage.heard.send_modify(|n| *n += 1);
    response
}

/// HTTP/2 may send one header per cookie.
fn cookies(headers: &header::HeaderMap) -> String {
    let all = headers.get_all(header::COOKIE).iter();
    let all: Vec<&str> = all.filter_map(|value| value.to_str().ok()).collect();
    all.join("; ")
}

/// A call as far as the simulator cares.
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: String,
    /// All cookies, as in one `Cookie` header.
    pub(crate) cookie: String,
    /// Came to the address for pages, without TLS.
    pub(crate) plain: bool,
    bearer: Option<String>,
    client_request_id: Option<String>,
    version: String,
    correlation: String,
}

impl Call {
    fn route(&self) -> &'static str {
        route::find(&self.method, &self.path).map_or("unknown", |found| found.template.name)
    }

    /// A query parameter; names are compared without case.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.into_owned())
    }
}

fn note(stage: &Stage, call: &Call) -> usize {
    let route = call.route();
    let body = if route == "token" {
        without_secret(&call.body)
    } else {
        call.body.clone()
    };
    let mut world = stage.world();
    world.asked.push(Asked {
        at: stage.clock.now(),
        route: route.into(),
        method: call.method.clone(),
        path: call.path.clone(),
        query: call.query.clone(),
        body,
        bearer: call.bearer.is_some(),
        status: 0,
        client_request_id: call.client_request_id.clone(),
        correlation_id: call.correlation.clone(),
        version: call.version.clone(),
    });
    world.asked.len() - 1
}

fn without_secret(body: &str) -> String {
    let kept = url::form_urlencoded::parse(body.as_bytes())
        .filter(|(name, _)| !SECRETS.contains(&name.as_ref()));
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .finish()
}

fn handle(stage: &Stage, call: &Call) -> (Out, Option<jiff::Timestamp>) {
    let now = stage.clock.now();
    let mut world = stage.world();
    world.settle(now);
    let name = call.route();
    let named = names(name, call);
    let delays: u64 = strikes(&mut world.faults, &named, &call.path, |wrong| {
        matches!(wrong, Wrong::DelayMs(_))
    })
    .map_or(0, |fault| {
        if let Wrong::DelayMs(ms) = fault.wrong {
            ms
        } else {
            0
        }
    });
    let delay = (delays > 0).then(|| crate::jit::progress::at_after(now, delays));
    let fault = strikes(&mut world.faults, &named, &call.path, |wrong| {
        !matches!(wrong, Wrong::DelayMs(_))
    });
    let authority = stage.base.as_str();
    let instead = |fault: &Fault, world: &crate::world::World| {
        spoil::instead(
            fault,
            authority,
            world.switches.challenge_shape,
            now,
            &call.path,
        )
    };
    let out = match fault {
        Some(Fault {
            wrong: Wrong::Entra { code, claims },
            ..
        }) => {
            let found = route::find(&call.method, &call.path);
            let tenant = found.as_ref().map_or("", |found| found.param("tenant"));
            let told = (code, claims.as_ref());
            let at = (name, tenant);
            Out::Answer(crate::entra::played(&mut world, stage, at, call, told, now))
        }
        Some(fault) if fault.wrong.spoils_answer() => {
            spoil::spoil(answer(&mut world, stage, call, now), &fault)
        }
        Some(fault) => {
            if fault.after_effect {
                answer(&mut world, stage, call, now);
            }
            instead(&fault, &world)
        }
        None => Out::Answer(answer(&mut world, stage, call, now)),
    };
    (out, delay)
}

/// What a fault may call this call: its route, and at the token endpoint also the grant.
fn names(route: &str, call: &Call) -> Vec<String> {
    let mut names = vec![route.to_owned()];
    if route == "token" {
        names.push(format!("token.{}", crate::entra::grant_name(&call.body)));
    }
    names
}

fn strikes(
    faults: &mut [Fault],
    routes: &[String],
    path: &str,
    kind: impl Fn(&Wrong) -> bool,
) -> Option<Fault> {
    faults
        .iter_mut()
        .filter(|fault| kind(&fault.wrong))
        .find_map(|fault| fault.strikes(routes, path).then(|| fault.clone()))
}

fn answer(
    world: &mut crate::world::World,
    stage: &Stage,
    call: &Call,
    now: jiff::Timestamp,
) -> Answer {
    let found = match route::find(&call.method, &call.path) {
        Ok(found) => found,
        Err(true) => {
            return Answer::error(
                405,
                "MethodNotAllowed",
                "The HTTP method is not allowed here.",
            );
        }
        Err(false) => {
            return Answer::error(
                404,
                "InvalidResourceType",
                "The resource type could not be found.",
            );
        }
    };
    let name = found.template.name;
    if call.plain && !crate::entra::is_page(name) {
        return Answer::error(
            403,
            "PagesOnly",
            "This address is for pages; tokens and everything else need TLS.",
        );
    }
    if crate::entra::is_entra(name) {
        return crate::entra::answer(world, stage, &found, call, now);
    }
    let checked = apiversion::check(found.template, &call.query)
        .and_then(|()| token::check(world, &found, call.bearer.as_deref(), &stage.base, now));
    match checked {
        Ok(caller) => crate::arm::answer(world, stage, &found, call, &caller, now),
        Err(refusal) => *refusal,
    }
}

fn respond(answer: &Answer, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    if let Ok(status) = axum::http::StatusCode::from_u16(answer.status) {
        *response.status_mut() = status;
    }
    let all = answer.headers.iter().map(|(n, v)| (n.as_str(), v.as_str()));
    let content =
        (!answer.content_type.is_empty()).then_some(("content-type", answer.content_type.as_str()));
    for (name, value) in all.chain(content) {
        let name = header::HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
