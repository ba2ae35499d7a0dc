# What the system must give, and how it is asked for it. Read by setup.sh, which runs under `set -euo pipefail`.

say() { printf '%s\n' "• $*" >&2; }
stop() { printf '%s\n' "✗ $*" >&2; exit 1; }

# Debian and its children are the systems we install on; on others we name the command.
if command -v apt-get >/dev/null; then
  installer="apt-get install -y --no-install-recommends"
elif command -v brew >/dev/null; then
  installer="brew install"
elif command -v dnf >/dev/null; then
  installer="dnf install -y"
else
  installer=""
fi

need() {  # need SENTENCE PACKAGES: installs them, or prints the exact command and stops
  local sentence=$1 command="$installer $2"
  case "$installer" in
    "") stop "$sentence Zainstaluj: $2" ;;
    brew*) say "$sentence Uruchamiam: $command"; $command >&2 || stop "Nie udało się: $command"; return ;;
    dnf*) stop "$sentence Uruchom: sudo $command" ;;
  esac
  if [ "$(id -u)" -eq 0 ]; then
    say "$sentence Uruchamiam: $command"
    as_root $command || stop "Nie udało się. Uruchom: apt-get update && $command"
  elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    say "$sentence Uruchamiam: sudo $command"
    as_root sudo $command || stop "Nie udało się. Uruchom: sudo apt-get update && sudo $command"
  else
    stop "$sentence Potrzebne są uprawnienia administratora. Uruchom: sudo apt-get update && sudo $command"
  fi
}

as_root() {  # as_root [sudo] apt-get …: a fresh machine has no list of packages yet
  local before=()
  if [ "$1" = sudo ]; then before=(sudo); shift; fi
  "${before[@]+"${before[@]}"}" env DEBIAN_FRONTEND=noninteractive "$@" >/dev/null 2>&1 && return
  "${before[@]+"${before[@]}"}" apt-get update >&2 || true
  "${before[@]+"${before[@]}"}" env DEBIAN_FRONTEND=noninteractive "$@" >&2
}

python_packages() {
  case "$installer" in
    apt*) echo python3 python3-venv ;;
    brew*) echo python@3.13 ;;
    *) echo python3 ;;
  esac
}

venv_packages() {  # Debian keeps venv apart, under the name of each Python
  local version
  version=$("$1" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
  if command -v apt-cache >/dev/null && apt-cache show "$version-venv" >/dev/null 2>&1; then
    echo "$version-venv"
  else
    echo python3-venv
  fi
}

missing_on_debian() {  # missing_on_debian PACKAGES…: prints those that are not installed
  local installed name
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for name; do
    grep -qx "$name installed" <<<"$installed" || printf '%s ' "$name"
  done
}

has_library() {  # has_library NAME: known to the loader, or kept by brew
  if [ "$(uname -s)" = Darwin ]; then
    [ -e "/opt/homebrew/lib/lib$1.dylib" ] || [ -e "/usr/local/lib/lib$1.dylib" ]
  else
    { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep -q "lib$1\.so\."
  fi
}

install_system_libraries() {
  local missing
  if command -v dpkg-query >/dev/null; then
    missing=$(missing_on_debian libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)
    [ -z "$missing" ] || need "Brakuje bibliotek do składu PDF." "$missing"
  elif ! has_library pango-1.0; then
    need "Brakuje biblioteki Pango do składu PDF." pango
  fi
}

has_postgresql() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

has_browser() {
  local name
  for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    # Ubuntu's chromium is a door to a snap, which refuses the profile folders that tests make.
    if command -v "$name" >/dev/null && ! grep -q snap "$(command -v "$name")" 2>/dev/null; then return 0; fi
  done
  [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}

debian_browser() {  # the same Chromium without a window is smaller and a fifth faster; older Debians have it whole only
  if apt-cache show chromium-headless-shell >/dev/null 2>&1; then echo chromium-headless-shell; else echo chromium; fi
}

on_debian() { grep -qx 'ID=debian' /etc/os-release 2>/dev/null; }

install_test_programs() {
  local wanted=()
  has_postgresql || wanted+=(postgresql)
  if ! command -v pdfinfo >/dev/null; then
    case "$installer" in brew*) wanted+=(poppler) ;; *) wanted+=(poppler-utils) ;; esac
  fi
  if on_debian && ! has_browser; then wanted+=("$(debian_browser)"); fi
  [ ${#wanted[@]} -eq 0 ] || need "Testy potrzebują jeszcze kilku programów." "${wanted[*]}"
}

install_browser() {  # where the system has no browser of its own to give, Playwright brings one
  if has_browser; then return; fi
  compgen -G "$HOME/.cache/ms-playwright/chromium-*" >/dev/null && return
  compgen -G "$HOME/Library/Caches/ms-playwright/chromium-*" >/dev/null && return
  say "Pobieram Chromium do testów przeglądarkowych"
  if [ "$(id -u)" -eq 0 ]; then
    .venv/bin/playwright install --with-deps chromium
  else
    .venv/bin/playwright install chromium
  fi
}
