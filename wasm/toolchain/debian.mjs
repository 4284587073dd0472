// What the set-up needs to know about a Debian system: is it one, which packages are missing, install them by name,
// and fetch single .deb files of a release into a folder without touching anything in /etc or /var.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, capture, run } from './shell.mjs';

const osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
const field = (name) => (new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(osRelease) || [])[1] || '';

/** Debian and its relatives: packages have Debian's names. */
export const hasApt = existsSync('/usr/bin/apt-get');
/** Debian itself: its archive serves the releases that Emscripten is taken from. */
export const isDebian = hasApt && field('ID') === 'debian';
const codename = field('VERSION_CODENAME');
export const isRoot = process.getuid?.() === 0;

/** Version apt would install from the machine's own sources, or '' where it knows none. */
function candidateVersion(name) {
  const { out } = capture('apt-cache', ['policy', name], { env: { ...process.env, LC_ALL: 'C' } });
  const version = (/Candidate: (\S+)/.exec(out) || [])[1] || '';
  return version === '(none)' ? '' : version;
}

/** `apt-get install` of the named packages, refreshing the package lists first where they do not know one of them. */
export function installPackages(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => capture('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env });
  console.log(`apt-get install ${names.join(' ')}`);
  if (names.some((name) => !candidateVersion(name))) capture('apt-get', ['update'], { env });
  if (install().ok) return;
  capture('apt-get', ['update'], { env }); // lists that are days old name files the mirror no longer has
  const last = install();
  if (!last.ok)
    throw new Failure(`apt-get install ${names.join(' ')} failed: ${last.err.trim().split('\n').pop()}`);
}

/** Address of the Debian archive this machine is configured to use. */
function archiveAddress() {
  const { out } = capture('apt-get', ['indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)']);
  const rows = out.split('\n').map((line) => line.split(' '));
  const row =
    rows.find(([, release, component]) => release === codename && component === 'main') ||
    rows.find(
      ([uri, release, component]) =>
        component === 'main' && /\/debian\/?$/.test(uri) && !/security/.test(release),
    );
  if (!row)
    throw new Failure(
      'apt has no Debian archive configured on this machine (no "main" component in its sources).',
    );
  return row[0];
}

/**
 * Opens a private apt state in `folder` for the given releases.
 * Returns download(packages, into): packages are {name, release, version?}; the pinned version is fetched, or what the
 * archive serves for that release when the pinned one is gone. Answers [{name, version, file}].
 */
export function openArchive(folder, releases) {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  if (!existsSync(keyring))
    throw new Failure(
      'the package debian-archive-keyring is missing: apt-get install debian-archive-keyring',
    );
  for (const sub of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(folder, sub), { recursive: true });
  const sources = join(folder, 'sources.list');
  const uri = archiveAddress();
  writeFileSync(sources, releases.map((r) => `deb [signed-by=${keyring}] ${uri} ${r} main\n`).join(''));
  writeFileSync(join(folder, 'status'), '');
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    'Dir::Etc::preferences=/dev/null',
    `Dir::State=${folder}`,
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::State::status=${join(folder, 'status')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'APT::Sandbox::User=',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
    'APT::Update::Error-Mode=any', // a list that cannot be fetched is an error here, not a warning
  ].flatMap((option) => ['-o', option]);
  run('apt-get', [...options, '-qq', 'update'], {
    why: "fetching the Debian archive's package lists (is there a network?)",
  });

  return function download(packages, into) {
    mkdirSync(into, { recursive: true });
    const known = packages.map(({ name, release, version }) => {
      const { out } = capture('apt-cache', [...options, 'madison', name]);
      const rows = out.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
      const served = rows.filter(([, , where]) => where?.includes(` ${release}/main `)).map(([, v]) => v);
      if (!served.length) throw new Failure(`the Debian archive serves no ${name} for ${release}`);
      return { name, version: served.includes(version) ? version : served[0] };
    });
    run(
      'apt-get',
      [...options, '-qq', 'download', ...known.map(({ name, version }) => `${name}=${version}`)],
      { cwd: into, why: 'downloading the Emscripten packages' },
    );
    const files = readdirSync(into);
    return known.map(({ name, version }) => ({
      name,
      version,
      file: join(
        into,
        files.find((file) => file.startsWith(`${name}_`)),
      ),
    }));
  };
}
