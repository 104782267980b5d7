//! Looks at this machine: its power and its disk. What cannot be known is said to be unknown, and no reason to stop.

use std::fs;
use std::path::Path;

use super::Power;

/// The free bytes of the disk that `folder` lies on; `None` where that cannot be known.
pub fn free(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    return rustix::fs::statvfs(folder).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    #[cfg(not(unix))]
    return None;
}

/// Why nothing can be written in `folder`; `None` where it can.
pub fn unwritable(folder: &Path) -> Option<String> {
    let tried = fs::create_dir_all(folder).and_then(|()| tempfile::NamedTempFile::new_in(folder));
    tried.err().map(|error| error.to_string())
}

/// The power that this machine runs on.
#[cfg(not(target_os = "macos"))]
pub fn power() -> Power {
    of_supplies(Path::new("/sys/class/power_supply"))
}

/// The power that this machine runs on.
#[cfg(target_os = "macos")]
pub fn power() -> Power {
    let told = std::process::Command::new("pmset").args(["-g", "batt"]).output();
    told.map_or(Power::Unknown, |told| of_pmset(&String::from_utf8_lossy(&told.stdout)))
}

/// What Linux tells of the supplies: <https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-power>.
#[cfg(any(test, not(target_os = "macos")))]
fn of_supplies(folder: &Path) -> Power {
    let mut supplies: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    supplies.sort();
    let (mut mains, mut battery) = (false, None);
    for supply in supplies {
        let told = |name: &str| fs::read_to_string(supply.join(name)).ok().map(|text| text.trim().to_owned());
        let number = |name: &str| told(name)?.parse::<f64>().ok();
        match told("type").as_deref() {
            // A mouse has a battery, too.
            Some("Battery") if told("scope").as_deref() != Some("Device") => {
                let Some(percent) = number("capacity") else { continue };
                // Of energy and power, or of charge and current.
                let left = |left: &str, drawn: &str| {
                    let (left, drawn) = (number(left)?, number(drawn)?.abs());
                    (drawn > 0.0).then(|| (left / drawn * 60.0) as u32)
                };
                let minutes = left("energy_now", "power_now").or_else(|| left("charge_now", "current_now"));
                if told("status").as_deref() == Some("Discharging") {
                    battery = Some(Power::Battery { percent: percent.clamp(0.0, 100.0) as u32, minutes });
                } else {
                    mains = true;
                }
            }
            Some("Mains" | "USB") => mains |= told("online").as_deref() == Some("1"),
            _ => {}
        }
    }
    battery.unwrap_or(if mains { Power::Mains } else { Power::Unknown })
}

/// What a Mac tells: `-InternalBattery-0 (id=4391011) 95%; discharging; 4:08 remaining present: true`.
#[cfg(any(test, target_os = "macos"))]
fn of_pmset(told: &str) -> Power {
    if told.contains("'AC Power'") {
        return Power::Mains;
    }
    let Some((before, after)) = told.split_once("%;") else { return Power::Unknown };
    let Some(Ok(percent)) = before.rsplit(char::is_whitespace).next().map(str::parse) else { return Power::Unknown };
    let time = after.split(';').nth(1).and_then(|rest| rest.split_whitespace().next()?.split_once(':'));
    let minutes =
        time.and_then(|(hours, minutes)| Some(hours.parse::<u32>().ok()? * 60 + minutes.parse::<u32>().ok()?));
    Power::Battery { percent, minutes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supplies(files: &[(&str, &str)]) -> Power {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, format!("{text}\n")).expect("a file");
        }
        of_supplies(folder.path())
    }

    #[test]
    fn linux_tells_the_power() {
        let battery = [
            ("AC/type", "Mains"),
            ("AC/online", "0"),
            ("BAT0/type", "Battery"),
            ("BAT0/capacity", "64"),
            ("BAT0/status", "Discharging"),
            ("BAT0/energy_now", "32000000"),
            ("BAT0/power_now", "8000000"),
        ];
        assert_eq!(supplies(&battery), Power::Battery { percent: 64, minutes: Some(240) });
        assert_eq!(supplies(&battery[..5]), Power::Battery { percent: 64, minutes: None });
        let charge = [&battery[2..5], &[("BAT0/charge_now", "1000000"), ("BAT0/current_now", "-500000")]].concat();
        assert_eq!(supplies(&charge), Power::Battery { percent: 64, minutes: Some(120) });
        let charging = [("BAT0/type", "Battery"), ("BAT0/capacity", "64"), ("BAT0/status", "Charging")];
        assert_eq!(supplies(&charging), Power::Mains);
        let mouse = [("m/type", "Battery"), ("m/scope", "Device"), ("m/capacity", "5"), ("m/status", "Discharging")];
        assert_eq!(supplies(&mouse), Power::Unknown);
        assert_eq!(supplies(&[]), Power::Unknown);
    }

    #[test]
    fn a_mac_tells_the_power() {
        let told = |power: &str, rest: &str| {
            of_pmset(&format!("Now drawing from '{power}'\n -InternalBattery-0 (id=1)\t{rest}\n"))
        };
        let discharging = told("Battery Power", "95%; discharging; 4:08 remaining present: true");
        assert_eq!(discharging, Power::Battery { percent: 95, minutes: Some(248) });
        let early = told("Battery Power", "95%; discharging; (no estimate) present: true");
        assert_eq!(early, Power::Battery { percent: 95, minutes: None });
        assert_eq!(told("AC Power", "95%; charging; 1:00 remaining present: true"), Power::Mains);
        assert_eq!(of_pmset(""), Power::Unknown);
    }

    #[test]
    fn a_disk_tells_what_is_free_and_a_file_in_a_folders_place_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(free(folder.path()).is_none_or(|bytes| bytes > 0));
        assert_eq!(unwritable(&folder.path().join("new")), None);
        fs::write(folder.path().join("taken"), "").expect("a file");
        assert!(unwritable(&folder.path().join("taken")).is_some());
    }
}
