//! A small HTTP client, and many of them at once, each on one connection that is kept.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::process;

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// One connection.
pub struct Client(SendRequest<Full<Bytes>>);

impl Client {
    pub async fn connect(address: SocketAddr) -> Result<Client> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Client(sender))
    }

    pub async fn ask(&mut self, request: Request<Full<Bytes>>) -> Result<Answer> {
        self.0.ready().await?;
        let (head, body) = self.0.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }
}

/// A request as a client behind the gateway sends it; `who` numbers the address it seems to come from.
pub fn request(method: &str, path: &str, cookie: &str, who: u64) -> http::request::Builder {
    let [_, a, b, c] = (who as u32).to_be_bytes();
    let builder = Request::builder().method(method).uri(path).header("host", "127.0.0.1");
    let builder = builder.header("x-forwarded-for", format!("10.{a}.{b}.{c}"));
    if cookie.is_empty() { builder } else { builder.header("cookie", cookie) }
}

pub fn empty(builder: http::request::Builder) -> Request<Full<Bytes>> {
    builder.body(Full::default()).expect("written by us")
}

/// One page on a connection of its own.
pub async fn get(address: SocketAddr, path: &str, cookie: &str) -> Result<Answer> {
    Client::connect(address).await?.ask(empty(request("GET", path, cookie, 1))).await
}

/// What a round of load came to.
#[derive(Clone, Debug)]
pub struct Round {
    pub answers: u64,
    pub seconds: f64,
    /// CPU this program used to make the load.
    pub own_cpu: f64,
    /// Milliseconds, sorted.
    times: Vec<f32>,
}

impl Round {
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.seconds
    }

    /// Milliseconds within which this share of the answers came.
    pub fn within(&self, share: f64) -> f64 {
        let last = self.times.len().saturating_sub(1);
        self.times.get((last as f64 * share) as usize).copied().map_or(f64::NAN, f64::from)
    }
}

/// What the clients do: `asks(client, n)` is the nth request of a client; an answer with another status ends the run.
pub struct Load<F> {
    pub address: SocketAddr,
    pub clients: usize,
    pub time: Duration,
    pub expects: u16,
    pub asks: F,
}

impl<F: Fn(usize, u64) -> Request<Full<Bytes>>> Load<F> {
    pub async fn run(&self) -> Result<Round> {
        let mut clients = Vec::new();
        for _ in 0..self.clients {
            clients.push(Client::connect(self.address).await?);
        }
        let (started, cpu) = (Instant::now(), process::own_cpu()?);
        let until = started + self.time;
        let each = clients.into_iter().enumerate().map(|(number, client)| self.one(number, client, until));
        let each = futures_util::future::try_join_all(each).await?;
        let seconds = started.elapsed().as_secs_f64();
        let mut times: Vec<f32> = each.into_iter().flatten().collect();
        times.sort_by(f32::total_cmp);
        Ok(Round { answers: times.len() as u64, seconds, own_cpu: process::own_cpu()? - cpu, times })
    }

    async fn one(&self, number: usize, mut client: Client, until: Instant) -> Result<Vec<f32>> {
        let mut times = Vec::new();
        while Instant::now() < until {
            let asked = Instant::now();
            let request = (self.asks)(number, times.len() as u64);
            let answer = client.ask(request).await.context("the server broke off")?;
            if answer.status != self.expects {
                bail!(
                    "{} instead of {}: {}",
                    answer.status,
                    self.expects,
                    String::from_utf8_lossy(&answer.body)
                );
            }
            times.push(asked.elapsed().as_secs_f32() * 1000.0);
        }
        Ok(times)
    }
}
