namespace GpuContainers.Packaging.Tests;

/// <summary>The deb packages in a clean Debian: installed, upgraded, removed, purged, and exchanged for NVIDIA's and back.</summary>
[Trait("Kind", "slow")]
public sealed class DebTests(Packages packages)
{
    private const string Install = "apt-get install -y --no-install-recommends -o APT::Sandbox::User=root ";

    // Packages with the names and the files of NVIDIA's, which people have before.
    private const string NvidiaPackages = """
        make() {
            mkdir -p /tmp/$1/DEBIAN /tmp/$1/usr/bin
            printf "Package: $1\nVersion: $2\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n%s" "$3" >/tmp/$1/DEBIAN/control
            for program in $4; do printf "#!/bin/sh\necho theirs\n" >/tmp/$1/usr/bin/$program; chmod 755 /tmp/$1/usr/bin/$program; done
        }
        make libnvidia-container-tools 1.17.8-1 "" nvidia-container-cli
        make nvidia-container-toolkit-base 1.17.8-1 "" "nvidia-ctk nvidia-cdi-hook nvidia-container-runtime"
        mkdir -p /tmp/nvidia-container-toolkit-base/lib/systemd/system /tmp/nvidia-container-toolkit-base/etc/nvidia-container-toolkit
        echo theirs >/tmp/nvidia-container-toolkit-base/lib/systemd/system/nvidia-cdi-refresh.service
        echo "# theirs" >/tmp/nvidia-container-toolkit-base/etc/nvidia-container-toolkit/nvidia-cdi-refresh.env
        echo /etc/nvidia-container-toolkit/nvidia-cdi-refresh.env >/tmp/nvidia-container-toolkit-base/DEBIAN/conffiles
        make nvidia-container-toolkit 1.17.8-1 "Depends: nvidia-container-toolkit-base (= 1.17.8-1), libnvidia-container-tools (= 1.17.8-1)
        " nvidia-container-runtime-hook
        make engine-that-needs-it 1.0 "Depends: nvidia-container-toolkit (>= 1.17)
        " engine
        for name in libnvidia-container-tools nvidia-container-toolkit-base nvidia-container-toolkit engine-that-needs-it; do
            dpkg-deb --build /tmp/$name /tmp/$name.deb >/dev/null
        done
        """;

    [Fact]
    public void Lintian_finds_no_error()
    {
        string lintian = Checkout.MachineProgram("lintian");
        CommandResult result = Command.Run(lintian, "--fail-on", "error", "--allow-root", packages.Deb, packages.SimulatorDeb);
        Assert.True(result.Status == 0, result.Output + result.Errors);
    }

    // The second one is made elsewhere: another file system, time zone, language, terminal and mask, and one processor.
    [Fact]
    [Requirement("IN-104")]
    public void Two_builds_are_the_same_bytes()
    {
        packages.Build("once", "");
        packages.Build("again", "", "unshare", "--mount", "--propagation", "private", "/bin/sh", "-ec", """
            umask 0077; mount -t tmpfs builds /mnt; mkdir /mnt/later
            export TMPDIR=/mnt/later TZ=Asia/Tokyo LC_ALL=C COLUMNS=40 NO_COLOR=1 TERM=dumb
            exec taskset --cpu-list "$(taskset --cpu-list --pid $$ | sed 's/.*: //; s/[,-].*//')" "$0" "$@"
            """);
        string[] files = Directory.GetFiles(Path.Combine(packages.Folder, "once"));
        Assert.True(files.Length >= 5);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(packages.Folder, "again", Path.GetFileName(file)))));
    }

    // The question of the package manager, or a file of the administrator: only then the engines get their configuration back.
    [Theory]
    [InlineData("true", "", "{}")]
    [InlineData("false", "touch /etc/nvidia-container-toolkit/undo-engines-on-removal", "{}")]
    [InlineData("false", "", "nvidia-container-runtime")]
    [Requirement("IN-104")]
    public void Engines_are_taken_back_on_removal_when_that_was_asked_for(string answer, string before, string left)
    {
        using var root = new DebianRoot();
        string output = root.Run(Path.GetDirectoryName(packages.Deb)!, $"""
            mkdir /etc/docker; echo "{"{}"}" >/etc/docker/daemon.json
            echo "gpu-containers gpu-containers/undo-engines boolean {answer}" | debconf-set-selections
            {Install} /packages/{Path.GetFileName(packages.Deb)} >/dev/null
            nvidia-ctk runtime configure --runtime=docker 2>/dev/null; grep -q nvidia-container-runtime /etc/docker/daemon.json
            {before}
            apt-get remove -y gpu-containers >/dev/null
            cat /etc/docker/daemon.json
            """).Succeeded().Output;
        Assert.Contains(left, output, StringComparison.Ordinal);
        Assert.Equal(left == "{}", !output.Contains("nvidia", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("IN-100", "IN-101", "IN-103", "IN-104")]
    public void It_is_installed_removed_and_purged()
    {
        using var root = new DebianRoot();
        root.Run(Path.GetDirectoryName(packages.Deb)!, $"""
            {Install} /packages/{Path.GetFileName(packages.Deb)} >/dev/null
            dpkg --verify gpu-containers
            test "$(nvidia-ctk --quiet config --config-file=/etc/nvidia-container-runtime/config.toml | head -c 1)" != ""
            nvidia-ctk-installer --version | grep -q version
            test "$(stat -c %i /usr/bin/nvidia-container-cli)" = "$(stat -c %i /usr/bin/nvidia-container-runtime)"
            test "$(readlink /usr/bin/nvidia-container-toolkit)" = nvidia-container-runtime-hook
            test -e /etc/nvidia-container-toolkit/nvidia-cdi-refresh.env
            test -e /etc/systemd/system/multi-user.target.wants/nvidia-cdi-refresh.path || ! command -v deb-systemd-helper
            sed -i s/^#mode.*// /etc/nvidia-container-runtime/config.toml; echo "# mine" >>/etc/nvidia-container-runtime/config.toml
            apt-get remove -y gpu-containers >/dev/null
            test ! -e /usr/bin/nvidia-ctk; test ! -L /usr/bin/nvidia-container-toolkit
            grep -q "# mine" /etc/nvidia-container-runtime/config.toml
            apt-get purge -y gpu-containers >/dev/null
            test ! -e /etc/nvidia-container-runtime; test ! -e /etc/nvidia-container-toolkit
            """).Succeeded();
    }

    [Fact]
    public void An_upgrade_keeps_what_was_changed()
    {
        using var root = new DebianRoot();
        root.Outside(Path.GetDirectoryName(packages.Deb)!, $"""
            cp {packages.OlderDeb} $root/tmp/older.deb
            chroot $root /bin/sh -ec '
                {Install} /tmp/older.deb >/dev/null
                echo "# mine" >>/etc/nvidia-container-runtime/config.toml; echo MINE=1 >/etc/nvidia-container-toolkit/nvidia-cdi-refresh.env
                cp -a /etc/nvidia-container-runtime/config.toml /tmp/before
                {Install} /packages/{Path.GetFileName(packages.Deb)} >/dev/null
                dpkg -s gpu-containers | grep ^Version | grep -v 1.19
                cmp /tmp/before /etc/nvidia-container-runtime/config.toml
                test "$(cat /etc/nvidia-container-toolkit/nvidia-cdi-refresh.env)" = MINE=1
                dpkg --verify gpu-containers'
            """).Succeeded();
    }

    // There and back: the engine's dependency holds all the time, and no file of the user changes.
    [Fact]
    [Requirement("IN-101", "IN-104")]
    public void NVIDIAs_packages_are_exchanged_and_every_file_of_the_user_is_kept()
    {
        using var root = new DebianRoot();
        string output = root.Run(Path.GetDirectoryName(packages.Deb)!, $"""
            {NvidiaPackages}
            {Install} /tmp/*.deb >/dev/null
            mkdir -p /etc/nvidia-container-runtime /etc/docker /etc/cdi
            printf "# mine\n[nvidia-container-cli]\nroot = \"/mine\"\n" >/etc/nvidia-container-runtime/config.toml
            echo "# mine" >/etc/nvidia-container-toolkit/nvidia-cdi-refresh.env
            echo "[]" >/etc/docker/daemon.json; echo "# mine" >/etc/cdi/nvidia.yaml
            files="/etc/nvidia-container-toolkit/nvidia-cdi-refresh.env /etc/docker/daemon.json /etc/cdi/nvidia.yaml /etc/nvidia-container-runtime/config.toml"
            sha256sum $files >/tmp/sums
            {Install} /packages/{Path.GetFileName(packages.Deb)} >/dev/null
            sha256sum -c /tmp/sums
            nvidia-ctk --version | grep -v theirs
            grep -q "cdi refresh" /lib/systemd/system/nvidia-cdi-refresh.service
            dpkg -s engine-that-needs-it | grep "^Status: install ok installed"; apt-get check
            dpkg --verify gpu-containers
            {Install} /tmp/nvidia-container-toolkit.deb /tmp/nvidia-container-toolkit-base.deb /tmp/libnvidia-container-tools.deb >/dev/null
            nvidia-ctk --version | grep theirs
            dpkg -s engine-that-needs-it | grep "^Status: install ok installed"
            dpkg --purge gpu-containers
            sha256sum -c /tmp/sums
            """).Succeeded().Output;
        Assert.Contains("config.toml: OK", output, StringComparison.Ordinal);
    }

    // Nothing but what Debian has and our package.
    [Fact]
    public void On_a_clean_Debian_apt_installs_it_and_Docker_runs_a_GPU_container()
    {
        string image = Checkout.At("artifacts", "test", "packaged-image");
        Command.Run(Checkout.At("eng", "demo", "rootfs.sh"), image).Succeeded();
        using SimulatedHost host = DebianMachine.Start("h200x2", Path.GetDirectoryName(packages.Deb)!, image);
        Directory.CreateDirectory(host.At("/etc/docker"));
        Directory.CreateDirectory(host.At("/run/docker-package"));
        File.WriteAllText(host.At("/etc/docker/daemon.json"), """
            {
                "data-root": "/run/docker-package/data", "exec-root": "/run/docker-package/exec", "pidfile": "/run/docker-package/pid",
                "hosts": ["unix:///run/docker-package/socket"], "storage-driver": "vfs"
            }
            """);
        CommandResult result = host.Shell($"""
            set -e
            export DEBIAN_FRONTEND=noninteractive LC_ALL=C DOCKER_HOST=unix:///run/docker-package/socket
            {Install} {DebianMachine.Packages}/{Path.GetFileName(packages.Deb)} >/dev/null
            cd /run/docker-package
            nvidia-ctk runtime configure --runtime=docker
            dockerd --bridge=none --iptables=false >log 2>&1 & daemon=$!
            {SimulatedHost.Await("docker version >/dev/null 2>&1", "cat log >&2; exit 9")}
            tar -C {DebianMachine.More} -c . | docker import - gpu:package >/dev/null
            docker run --rm --runtime=nvidia --network none --env NVIDIA_VISIBLE_DEVICES=1 --env PATH=/usr/bin:/bin gpu:package \
                /bin/sh -c "ls /dev; probe libcuda.so.1"
            kill $daemon; wait $daemon || true
            """);
        Assert.SkipWhen(result.Status == 9, "dockerd does not start on this machine: " + result.Errors);
        string output = result.Succeeded().Output;
        Assert.Contains("nvidia1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("nvidia0", output, StringComparison.Ordinal);
        Assert.Contains("libcuda.so.1: loaded", output, StringComparison.Ordinal);
    }
}
