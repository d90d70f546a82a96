//! ARM lists: page after page, on the cloud's own host, up to a bound.

use gangway_engine::id::TenantId;
use serde_json::Value;

use super::arm::{Arm, Ask};
use crate::calls::{self, Call};
use crate::error::Error;
use crate::wire::text;

/// A list that goes on for longer than this is a circle.
const MOST_PAGES: usize = 500;

impl Arm {
    /// All elements of a list; `nextLink` is followed until it is absent or empty (contract 1.5).
    pub(crate) async fn list(
        &self,
        tenant: &TenantId,
        call: Call,
        resource: &str,
    ) -> Result<Vec<Value>, Error> {
        let mut ask = Ask::new(&self.transport, call, resource)?;
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let answer = self.send(tenant, &ask).await?;
            let mut page: Value = answer.json()?;
            match page.get_mut("value").map(Value::take) {
                Some(Value::Array(rows)) => all.extend(rows),
                _ => return Err(answer.unusable("a list without value")),
            }
            match text(&page, "nextLink").filter(|link| !link.is_empty()) {
                Some(link) => ask = ask.follow(&self.transport, calls::NEXT_PAGE, link)?,
                None => return Ok(all),
            }
        }
        Err(Error::Unusable {
            host: self.transport.cloud().resource_manager_host(),
            came: format!("a list of more than {MOST_PAGES} pages"),
            ids: Box::default(),
        })
    }

    /// One resource.
    pub(crate) async fn get(
        &self,
        tenant: &TenantId,
        call: Call,
        resource: &str,
    ) -> Result<Value, Error> {
        let ask = Ask::new(&self.transport, call, resource)?;
        self.send(tenant, &ask).await?.json()
    }
}
