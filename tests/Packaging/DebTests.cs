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

    [Fact]
    public void Two_builds_are_the_same_bytes()
    {
        packages.Build("once", "");
        packages.Build("again", "");
        string[] files = Directory.GetFiles(Path.Combine(packages.Folder, "once"));
        Assert.True(files.Length >= 5);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(packages.Folder, "again", Path.GetFileName(file)))));
    }

    [Fact]
    [Requirement("IN-100", "IN-101", "IN-103")]
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
    [Requirement("IN-101")]
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

    [Fact]
    [Requirement("IN-110", "IN-111", "IN-113", "IN-114", "IN-115")]
    public void Systemd_finds_nothing_wrong_with_the_units()
    {
        string analyze = Checkout.MachineProgram("systemd-analyze");
        using SimulatedHost host = SimulatedHost.StartBare("h200x2");
        host.Shell($"dpkg -i --force-confold {packages.Deb} >/run/dpkg.log 2>&1 || (cat /run/dpkg.log; exit 7)").Succeeded();
        CommandResult result = host.Run(analyze, "verify", "--man=no", "/lib/systemd/system/nvidia-cdi-refresh.service",
            "/lib/systemd/system/nvidia-cdi-refresh.path").Succeeded();
        Assert.DoesNotContain("nvidia", result.Output + result.Errors, StringComparison.Ordinal);
    }

    // A whole host: the package's programs are those that Docker's container gets its GPU from.
    [Fact]
    public void Docker_runs_a_GPU_container_with_the_package()
    {
        _ = Checkout.MachineProgram("dockerd");
        string image = Checkout.At("artifacts", "test", "packaged-image");
        Command.Run(Checkout.At("eng", "demo", "rootfs.sh"), image).Succeeded();
        using SimulatedHost host = SimulatedHost.StartBare("h200x2");
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
            dpkg -i --force-confold {packages.Deb} >/run/dpkg.log 2>&1 || (cat /run/dpkg.log; exit 7)
            cd /run/docker-package
            nvidia-ctk runtime configure --runtime=docker
            export DOCKER_HOST=unix:///run/docker-package/socket
            dockerd --bridge=none --iptables=false >log 2>&1 & daemon=$!
            {SimulatedHost.Await("docker version >/dev/null 2>&1", "cat log >&2; exit 9")}
            tar -C {image} -c . | docker import - gpu:package >/dev/null
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
