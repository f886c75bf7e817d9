//! The road to a certified device: a seal service that signs over HTTP.
//!
//! `POST {url}/sign` with `{"key": "bureau-990101", "message": base64}` and a bearer token; the answer is
//! `{"signature": base64}`, an SM2 signature in DER. Why no TLS of our own: `docs/decisions/0024-the-road-to-the-seal-service.md`.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use guomi::x509::Cert;
use guomi::{SignFault, Signer, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::{KeyFault, Passphrase, Service};

/// Signs by asking the service. Blocks up to the timeout.
pub struct HttpSigner {
    agent: ureq::Agent,
    url: String,
    token: Option<Passphrase>,
    key: String,
    cert: Vec<u8>,
    public: VerifyingKey,
    rest: Mutex<Option<Instant>>,
}

#[derive(Serialize)]
struct Asked<'a> {
    key: &'a str,
    message: String,
}

#[derive(Deserialize)]
struct Answered {
    signature: String,
}

/// A signature in JSON has about 120 bytes.
const MOST_BYTES: u64 = 16 * 1024;
/// An answer slower than this holds up everybody who waits for the database.
const SLOW: Duration = Duration::from_millis(500);

impl HttpSigner {
    /// `key` is the name of the key at the service, `cert` the certificate that was issued for it.
    pub fn new(service: &Service, key: String, cert: &Cert) -> Result<HttpSigner, KeyFault> {
        let url = service.url.trim_end_matches('/');
        if !url.starts_with("http://") {
            return Err(KeyFault::Service("service_url 应以 http:// 开头，指向本机或内网的国密网关"));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(service.timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            // What is signed goes straight to the service, whatever the environment says of proxies.
            .proxy(None)
            .build();
        let public = cert.key().map_err(|fault| KeyFault::Issue(SignFault::Cert(fault)))?;
        Ok(HttpSigner {
            agent: config.into(),
            url: format!("{url}/sign"),
            token: service.token.clone(),
            key,
            cert: cert.der().to_vec(),
            public,
            rest: Mutex::default(),
        })
    }

    fn ask(&self, message: &[u8]) -> Result<Vec<u8>, SignFault> {
        let asked = Asked { key: &self.key, message: STANDARD.encode(message) };
        let body = serde_json::to_string(&asked).expect("two texts always become JSON");
        let mut request = self.agent.post(&self.url).header("content-type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {}", token.reveal()));
        }
        let mut answer = request.send(body).map_err(|fault| SignFault::Unavailable(fault.to_string()))?;
        let status = answer.status().as_u16();
        let read = answer.body_mut().with_config().limit(MOST_BYTES).read_to_string();
        match status {
            200 => {
                let text = read.map_err(|fault| match fault {
                    ureq::Error::BodyExceedsLimit(_) => SignFault::WrongAnswer,
                    other => SignFault::Unavailable(other.to_string()),
                })?;
                signature_in(&text).ok_or(SignFault::WrongAnswer)
            }
            408 | 425 | 429 | 500..=599 => Err(SignFault::Unavailable(format!("HTTP {status}"))),
            _ => Err(SignFault::Refused(format!("HTTP {status}"))),
        }
    }

    /// A service that was slow to fail is left alone for four times as long: meanwhile cases are decided by people who
    /// would each wait for the timeout, one behind the other.
    fn rests(&self) -> bool {
        let rest = self.rest.lock().expect("nothing panics inside");
        rest.is_some_and(|until| Instant::now() < until)
    }

    fn remember(&self, took: Duration, away: bool) {
        let until = (away && took > SLOW).then(|| Instant::now() + took * 4);
        *self.rest.lock().expect("nothing panics inside") = until;
    }
}

fn signature_in(text: &str) -> Option<Vec<u8>> {
    let answered: Answered = serde_json::from_str(text).ok()?;
    STANDARD.decode(answered.signature).ok()
}

impl Signer for HttpSigner {
    fn cert_der(&self) -> &[u8] {
        &self.cert
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignFault> {
        if self.rests() {
            return Err(SignFault::Unavailable("刚才没有及时答复，稍后再试".into()));
        }
        let begun = Instant::now();
        let answer = self.ask(message);
        self.remember(begun.elapsed(), matches!(answer, Err(SignFault::Unavailable(_))));
        let signature = answer?;
        self.public.verify_der(message, &signature).map_err(|_| SignFault::WrongAnswer)?;
        Ok(signature)
    }
}
