//! Licences as sealed documents: how many a second of one core, how large, how much memory, and the same bytes twice.
//! SM2 itself against OpenSSL, both counted in CPU seconds in the same run.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use guomi::SigningKey;
use jiff::civil::date;
use ofd::{Limits, Verdict};
use papers::data::{Licence, PaperData};
use papers::{Paper, Typesetter};
use typeset::Press;

use crate::Pace;
use crate::cpu::cpu_seconds;
use crate::seal_desk::SealDesk;
use crate::table::{Bound, Table, ratios};

const LICENCES: u32 = 1_000;

pub fn measure(pace: Pace) -> Result<Table> {
    let mut table =
        Table::new(format!("documents: {LICENCES} different licences a round, CPU seconds of one core"));
    sm2(pace, &mut table)?;
    let press = Press::new();
    press.warm();
    let desk = SealDesk::new(&press).map_err(anyhow::Error::from_boxed)?;
    let (mut whole, mut sealing, mut checking) = (vec![], vec![], vec![]);
    let (mut layout, mut copying) = (vec![], vec![]);
    let (mut largest_ofd, mut largest_pdf, mut digests) = (0, 0, vec![]);
    for _ in 0..pace.rounds {
        let round = Round::run(&press, &desk)?;
        whole.push(f64::from(LICENCES) / (round.layout + round.seal + round.pdf));
        layout.push(round.layout * 1000.0 / f64::from(LICENCES));
        copying.push(round.pdf * 1000.0 / f64::from(LICENCES));
        sealing.push(f64::from(LICENCES) / round.seal);
        checking.push(f64::from(LICENCES) / round.check);
        largest_ofd = largest_ofd.max(round.largest_ofd);
        largest_pdf = largest_pdf.max(round.largest_pdf);
        digests.push(round.digest);
    }
    ensure!(digests.windows(2).all(|two| two[0] == two[1]), "a second run gave other bytes");
    table.bounded("typeset, OFD, seal and PDF", "/s", whole, Bound::AtLeast(60.0));
    table.line("  of it the layout", "ms", layout);
    table.line("  of it the reading copy", "ms", copying);
    table.bounded("OFD and seal of a kept layout", "/s", sealing, Bound::AtLeast(400.0));
    table.bounded("verify a sealed OFD", "/s", checking, Bound::AtLeast(1000.0));
    table.bounded("largest OFD", "kB", vec![largest_ofd as f64 / 1000.0], Bound::Under(120.0));
    table.bounded("largest PDF", "kB", vec![largest_pdf as f64 / 1000.0], Bound::Under(120.0));
    table.bounded("peak memory", "MB", vec![peak_mb()?], Bound::Under(300.0));
    table.note("every round gave the same bytes");
    Ok(table)
}

/// CPU seconds of each part over all licences of a round.
#[derive(Default)]
struct Round {
    layout: f64,
    seal: f64,
    pdf: f64,
    check: f64,
    largest_ofd: usize,
    largest_pdf: usize,
    digest: [u8; 32],
}

impl Round {
    fn run(press: &Press, desk: &SealDesk) -> Result<Round> {
        let (mut round, sample) = (Round::default(), Licence::samples().remove(0));
        let mut digest = guomi::sm3::Sm3::new();
        for number in 0..LICENCES {
            let company_name = format!("城中区第{number}便民店");
            let paper =
                Paper::new(&Licence { company_name, ..sample.clone() }, date(2026, 11, 23)).verified_at(
                    format!("https://yanzheng.example/v/9901011{number:05}?c=Zm9vYmFy#{}", "A".repeat(300)),
                );
            let list = timed(&mut round.layout, || press.layout(&paper))?;
            let sealed =
                timed(&mut round.seal, || desk.sealed(&list, &paper)).map_err(anyhow::Error::from_boxed)?;
            let pdf = timed(&mut round.pdf, || press.pdf_with_seals(&paper, &desk.prints(&list)))?;
            let report = timed(&mut round.check, || ofd::check(&sealed, &Limits::default(), &desk.policy()));
            ensure!(report.verdict == Verdict::Sound, "{:#?}", report.steps);
            digest.update(&sealed);
            digest.update(&pdf);
            round.largest_ofd = round.largest_ofd.max(sealed.len());
            round.largest_pdf = round.largest_pdf.max(pdf.len());
        }
        round.digest = digest.finish();
        Ok(round)
    }
}

fn sm2(pace: Pace, table: &mut Table) -> Result<()> {
    let key = SigningKey::from_scalar(&guomi::sm3::digest(b"pace")).context("a key")?;
    let signature = key.sign_der(b"message");
    let (mut sign, mut verify, mut their_sign, mut their_verify) = (vec![], vec![], vec![], vec![]);
    for _ in 0..pace.rounds {
        sign.push(per_second(|| drop(std::hint::black_box(key.sign_der(std::hint::black_box(b"message"))))));
        verify.push(per_second(|| {
            let good = key.verifying_key().verify_der(b"message", std::hint::black_box(&signature));
            assert!(good.is_ok());
        }));
        let (signed, verified) = openssl_speed()?;
        their_sign.push(signed);
        their_verify.push(verified);
    }
    table.bounded("SM2 signing, of OpenSSL's rate", "", ratios(&sign, &their_sign), Bound::AtLeast(2.0));
    table.bounded(
        "SM2 verifying, of OpenSSL's rate",
        "",
        ratios(&verify, &their_verify),
        Bound::AtLeast(1.0),
    );
    Ok(())
}

/// Signatures and verifications a second of `openssl speed`, which counts CPU time too.
fn openssl_speed() -> Result<(f64, f64)> {
    let output =
        Command::new("openssl").args(["speed", "-seconds", "2", "sm2"]).output().context("openssl")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // "256 bits SM2 (CurveSM2)   0.0003s   0.0003s   3702.0   3786.1"
    let line = text.lines().rfind(|line| line.contains("CurveSM2")).context("openssl speed knows no SM2")?;
    let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [.., sign, verify] => Ok((sign, verify)),
        _ => anyhow::bail!("openssl speed said {line}"),
    }
}

fn per_second(mut work: impl FnMut()) -> f64 {
    let (start, mut rounds) = (cpu_seconds(), 0u32);
    loop {
        (0..16).for_each(|_| work());
        rounds += 16;
        let spent = cpu_seconds() - start;
        if spent >= 1.0 {
            return f64::from(rounds) / spent;
        }
    }
}

fn timed<T>(sum: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = cpu_seconds();
    let done = work();
    *sum += cpu_seconds() - start;
    done
}

/// The most this process ever held, in megabytes (10⁶ bytes).
fn peak_mb() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
