//! What the kernel says of a process: CPU it used, memory it holds.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

/// CPU seconds, user and system.
pub fn cpu(pid: u32) -> Result<f64> {
    Ok(stat(pid)?.own)
}

/// CPU seconds of a server that forks, with all its children, living and gone.
pub fn cpu_of_tree(pid: u32) -> Result<f64> {
    let root = stat(pid)?;
    let living = children(pid)?.into_iter().filter_map(|child| stat(child).ok()).map(|stat| stat.own);
    Ok(root.own + root.gone + living.sum::<f64>())
}

/// CPU seconds of this program itself, which makes the load.
pub fn own_cpu() -> Result<f64> {
    cpu(std::process::id())
}

/// CPU seconds of the programs this one started and that have ended (pgbench).
pub fn ended_children() -> Result<f64> {
    Ok(stat(std::process::id())?.gone)
}

/// Resident memory in megabytes (10⁶ bytes).
pub fn resident_mb(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}

struct Stat {
    own: f64,
    gone: f64,
    parent: u32,
}

/// Fields 14 to 17 of `/proc/PID/stat` are utime, stime, cutime, cstime in ticks; the name in field 2 may hold blanks.
fn stat(pid: u32) -> Result<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = text.rsplit_once(')').context("stat")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks =
        |field: usize| fields.get(field - 3).and_then(|ticks| ticks.parse::<f64>().ok()).context("ticks");
    let second = ticks_a_second();
    Ok(Stat {
        own: (ticks(14)? + ticks(15)?) / second,
        gone: (ticks(16)? + ticks(17)?) / second,
        parent: ticks(4)? as u32,
    })
}

fn ticks_a_second() -> f64 {
    static TICKS: std::sync::OnceLock<f64> = std::sync::OnceLock::new();
    *TICKS.get_or_init(|| {
        let told = Command::new("getconf").arg("CLK_TCK").output().ok();
        let told = told.and_then(|told| String::from_utf8(told.stdout).ok()?.trim().parse().ok());
        told.unwrap_or(100.0)
    })
}

fn children(parent: u32) -> Result<Vec<u32>> {
    let processes = fs::read_dir("/proc")?.flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    Ok(pids.filter(|pid| stat(*pid).is_ok_and(|stat| stat.parent == parent)).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_process_uses_cpu_and_memory() {
        let mut sum = 0u64;
        let before = super::own_cpu().unwrap();
        while super::own_cpu().unwrap() < before + 0.02 {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(super::resident_mb(std::process::id()).unwrap() > 0.5);
    }
}
