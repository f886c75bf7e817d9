//! How often one address may ask, by class of route.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::StatusCode;

use crate::app::App;
use crate::cx::Cx;
use crate::face::{Face, Refusal};

/// How much of a kind of route one address gets.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    pub name: &'static str,
    pub per_minute: u32,
    /// How many at once before the minute's pace holds.
    pub burst: u32,
}

impl Class {
    /// Signing in and asking for codes. A whole office may share one address, so this is not the lockout: it only
    /// keeps one address from having the server hash passwords all day.
    pub const LOGIN: Class = Class { name: "login", per_minute: 120, burst: 60 };
    /// Public look-ups by number: enough for a person, too slow to copy the register.
    pub const LOOKUP: Class = Class { name: "lookup", per_minute: 60, burst: 60 };
    pub const UPLOAD: Class = Class { name: "upload", per_minute: 120, burst: 60 };
}

/// Counts by address, in this process only.
#[derive(Clone)]
pub struct Limiter(Arc<Inner>);

struct Inner {
    class: Class,
    state: DefaultKeyedRateLimiter<IpAddr>,
    asked: AtomicU32,
}

/// Old addresses are swept out once in so many questions.
const SWEEP_EVERY: u32 = 4096;

impl Limiter {
    pub fn new(class: Class) -> Limiter {
        let one = NonZeroU32::MIN;
        let per_minute = NonZeroU32::new(class.per_minute).unwrap_or(one);
        let quota = Quota::per_minute(per_minute).allow_burst(NonZeroU32::new(class.burst).unwrap_or(one));
        Limiter(Arc::new(Inner { class, state: RateLimiter::keyed(quota), asked: AtomicU32::new(0) }))
    }

    /// Lets one more through, or says in how many seconds the next may come.
    pub fn ask(&self, ip: IpAddr) -> Result<(), u32> {
        if self.0.asked.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.0.state.retain_recent();
            self.0.state.shrink_to_fit();
        }
        self.0.state.check_key(&ip).map_err(|not_yet| {
            let wait = not_yet.wait_time_from(DefaultClock::default().now());
            u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX)
        })
    }

    /// Guards every route of `router`.
    pub fn guard(self, router: Router<App>) -> Router<App> {
        router.route_layer(from_fn(move |cx: axum::Extension<Cx>, request: Request, next: Next| {
            let limiter = self.clone();
            async move { limiter.pass(&cx, request, next).await }
        }))
    }

    async fn pass(&self, cx: &Cx, request: Request, next: Next) -> Response {
        match cx.ip().map_or(Ok(()), |ip| self.ask(ip)) {
            Ok(()) => next.run(request).await,
            Err(seconds) => {
                tracing::info!(class = self.0.class.name, "rate limit reached");
                Refusal::new(too_often(seconds)).into_response()
            }
        }
    }
}

fn too_often(seconds: u32) -> Face {
    Face::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-often",
        "操作太频繁了，请歇一会儿",
        format!("请过 {seconds} 秒再试。多人共用一个网络时可能会遇到，您的账号没有问题。"),
    )
    .retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_runs_out_and_another_does_not() {
        let limiter = Limiter::new(Class { name: "t", per_minute: 1, burst: 3 });
        let (one, other) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        assert!((0..3).all(|_| limiter.ask(one).is_ok()));
        let wait = limiter.ask(one).unwrap_err();
        assert!((1..=61).contains(&wait), "{wait}");
        assert!(limiter.ask(other).is_ok());
    }
}
