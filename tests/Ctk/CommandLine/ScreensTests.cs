using System.Runtime.InteropServices;
using GpuContainers.Ctk.Tests.Cdi.Generate;

namespace GpuContainers.Ctk.Tests.CommandLine;

/// <summary>What the programs show in a GPU host, on a terminal of 80 columns, on poorer ones and in a pipe: recorded in testdata/terminal.</summary>
[Requirement("CT-201")]
public sealed class ScreensTests(ServerHost host) : IClassFixture<ServerHost>
{
    private static readonly string[] s_hooks =
    [
        "update-ldcache", "create-symlinks", "chmod", "enable-cuda-compat", "disable-device-node-modification", "update-application-profile",
        "apply-cuda-memory-limits", "noop", "sequence",
    ];

    // By the name of the recording. What a machine has of its own is made the same on all: the kernel's release, engines and runc, folders of
    // libraries, and PATH.
    private static readonly Dictionary<string, string[]> s_screensOfCtk = new()
    {
        ["generate"] = ["nvidia-ctk cdi generate --output=/run/screens/new.yaml"],
        ["generate-explain"] = ["nvidia-ctk cdi generate --explain"],
        ["generate-refused"] = ["nvidia-ctk cdi generate --device-id=7", "nvidia-ctk cdi generate --mode=magic"],
        ["refresh"] =
        [
            "nvidia-ctk cdi refresh --output=/run/screens/out/nvidia.yaml", "nvidia-ctk cdi refresh --output=/run/screens/out/nvidia.yaml",
            "nvidia-ctk cdi refresh --output=/run/screens/out/nvidia.yaml --mode=wsl --strict",
        ],
        ["transform"] =
        [
            "nvidia-ctk cdi transform root --from=/dev --to=/driver/dev --input=/run/screens/odd.yaml", "nvidia-ctk cdi transform root </dev/null",
        ],
        ["host-list"] = ["nvidia-ctk cdi list --spec-dir=/run/screens/cdi", "nvidia-ctk cdi list --spec-dir=/run/screens/cdi --format=names"],
        ["list-doubts"] = ["nvidia-ctk cdi list --spec-dir=/run/screens/twice", "nvidia-ctk cdi list --spec-dir=/run/screens/none"],
        ["validate"] = ["nvidia-ctk cdi validate /run/screens/cdi/nvidia.yaml", "nvidia-ctk cdi validate /run/screens/odd.yaml"],
        ["validate-none"] = ["nvidia-ctk cdi validate --spec-dir=/run/screens/none", "nvidia-ctk cdi validate /run/screens/none.yaml"],
        ["diff"] =
        [
            "nvidia-ctk cdi diff /run/screens/cdi/nvidia.yaml", "nvidia-ctk cdi diff /run/screens/old.yaml", "nvidia-ctk cdi diff /run/screens/no.yaml",
        ],
        ["explain-container"] = ["nvidia-ctk explain --image-env NVIDIA_VISIBLE_DEVICES=0"],
        ["explain-other"] = ["nvidia-ctk explain --bundle /run/screens/idle", "nvidia-ctk explain --bundle /run/screens/idle --diff /run/screens/other.json"],
        ["explain-refused"] = ["nvidia-ctk explain --image-env NVIDIA_VISIBLE_DEVICES=7", "nvidia-ctk explain"],
        ["info"] = ["nvidia-ctk info", "nvidia-ctk --version"],
        ["wrong"] = ["nvidia-ctk --frobnicate", "nvidia-ctk cdi list --frobnicate", "nvidia-ctk completion", "nvidia-ctk completion tcsh"],
        ["configure"] = ["nvidia-ctk runtime configure docker --config=/run/screens/daemon.json --diff", "nvidia-ctk runtime configure podman"],
        ["configure-write"] =
        [
            "nvidia-ctk runtime configure docker --config=/run/screens/out/daemon.json --backup-dir=/run/screens/out/backups",
            "nvidia-ctk runtime configure docker --config=/run/screens/out/daemon.json --backup-dir=/run/screens/out/backups",
            "nvidia-ctk runtime configure docker --config=/run/screens/out/daemon.json --backup-dir=/run/screens/out/backups --undo",
            "nvidia-ctk runtime configure --undo --all --backup-dir=/run/screens/out/backups",
        ],
        ["configure-doubts"] =
        [
            "nvidia-ctk runtime configure containerd --config=/run/screens/out/config.toml --drop-in-config= --cdi.enabled --dry-run",
            "nvidia-ctk runtime configure frobnicate",
        ],
        ["device-nodes"] = ["nvidia-ctk system create-device-nodes --control-devices --dry-run"],
        ["device-links"] = ["nvidia-ctk system create-dev-char-symlinks --dev-char-path=/run/screens/out --dry-run", "nvidia-ctk system create-device-nodes"],
        ["config"] =
        [
            "nvidia-ctk config default", "nvidia-ctk config explain nvidia-container-runtime.mode", "nvidia-ctk config explain nvidia-container-runtime.mood",
            "nvidia-ctk config --config-file=/run/screens/none.toml --set nvidia-container-runtime.mode=cdi",
            "nvidia-ctk config --config-file=/run/screens/none.toml --set nvidia-container-runtime.mode=banana",
        ],
    };

    private static readonly Dictionary<string, string[]> s_screensOfOthers = new()
    {
        ["container-cli"] = ["nvidia-container-cli info", "nvidia-container-cli list", "nvidia-container-cli info --csv", "nvidia-container-cli --version"],
        ["container-cli-help"] =
        [
            "nvidia-container-cli --help", "nvidia-container-cli info --help", "nvidia-container-cli list --help", "nvidia-container-cli configure --help",
        ],
        ["container-cli-usage"] =
        [
            "nvidia-container-cli", "nvidia-container-cli --usage", "nvidia-container-cli info --usage", "nvidia-container-cli list --usage",
            "nvidia-container-cli configure --usage", "nvidia-container-cli --frobnicate", "nvidia-container-cli frobnicate",
            "nvidia-container-cli list --device=7",
        ],
        ["cdi-hook-help"] =
        [
            "nvidia-cdi-hook --help", .. s_hooks.Select(static hook => $"nvidia-cdi-hook {hook} --help"), "nvidia-ctk hook --help",
        ],
        ["cdi-hook"] =
        [
            "nvidia-cdi-hook", "nvidia-cdi-hook frobnicate", "nvidia-cdi-hook --version", "nvidia-cdi-hook chmod --frobnicate",
            "nvidia-cdi-hook create-symlinks --link a::/b </dev/null",
        ],
        ["runtime-hook"] =
        [
            "nvidia-container-runtime-hook --help", "nvidia-container-runtime-hook --version", "nvidia-container-runtime-hook --frobnicate",
            "nvidia-container-runtime-hook prestart </dev/null",
        ],
        ["runtime"] =
        [
            "nvidia-container-runtime --help", "nvidia-container-runtime --version", "nvidia-container-runtime create --bundle /run/screens/none box",
            "nvidia-container-runtime create --bundle /run/screens/greedy box",
        ],
        ["installer"] =
        [
            "nvidia-ctk-installer --help", "nvidia-ctk-installer nri-plugin --help", "nvidia-ctk-installer --version", "nvidia-ctk-installer --frobnicate",
        ],
        ["simulator"] = ["gpu-host-simulator --help", "gpu-host-simulator list", "gpu-host-simulator frobnicate", "gpu-host-simulator run none"],
    };

    private static readonly Dictionary<string, string[]> s_screens = new([.. s_screensOfCtk, .. s_screensOfOthers]);

    public static TheoryData<string> Names => [.. s_screens.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_shown_as_recorded(string name)
    {
        Prepare();
        string usual = OnTerminal(name, "TERM=xterm LC_ALL=C.UTF-8");
        Screen.AssertRecorded(name, usual);
        Screen.AssertFits(usual);
        Screen.AssertNoRequirementId(usual);
        string plain = OnTerminal(name, "TERM=xterm LC_ALL=C.UTF-8 NO_COLOR=1");
        Assert.Equal(Screen.WithoutAttributes(usual), plain);
        Assert.Equal(plain, OnTerminal(name, "TERM=dumb LC_ALL=C.UTF-8"));
        string letters = OnTerminal(name, "TERM=dumb LC_ALL=C");
        Screen.AssertRecorded(name, "ascii", letters);
        Screen.AssertFits(letters);
        Assert.All(letters, static letter => Assert.InRange(letter, '\t', '~'));
        string piped = Run($"({Script(name)}) 2>&1 | cat", "TERM=xterm LC_ALL=C.UTF-8");
        Screen.AssertRecorded(name, "pipe", piped);
        Assert.DoesNotContain(Screen.Escape, piped);
    }

    private void Prepare()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the screens are those of an x64 machine");
        if (Directory.Exists(host.At("/run/screens")))
            return;
        host.Shell($$$"""
            mkdir -p /run/screens/cdi /run/screens/twice /run/screens/idle /run/screens/greedy /usr/lib/aarch64-linux-gnu && cd /run/screens
            touch /usr/lib/aarch64-linux-gnu/libsome.so.1
            nvidia-ctk --quiet cdi generate --output=cdi/nvidia.yaml
            sed 's/libcuda\.so\.570\.133\.20/libcuda.so.550.54.15/' cdi/nvidia.yaml >old.yaml
            printf 'cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- {name: 1e3, containerEdits: {deviceNodes: [{path: /dev/nvidia7}]}}\n' >odd.yaml
            cp odd.yaml twice/one.yaml; cp odd.yaml twice/other.yaml; echo 'kind: [' >twice/broken.yaml
            printf '{\n    "debug": true\n}\n' >daemon.json
            printf '{"ociVersion":"1.0.2","process":{"env":["A=1"]},"root":{"path":"rootfs"}}' >idle/config.json
            sed 's/A=1/A=2/' idle/config.json >other.json
            sed 's/A=1/NVIDIA_VISIBLE_DEVICES=7/' idle/config.json >greedy/config.json
            cd /usr/bin && rm -f runc docker dockerd crio containerd
            for name in runc docker dockerd crio; do printf '#!/bin/sh\necho "%s is called with: $*"\n' $name >$name; done
            printf '#!/bin/sh\necho containerd github.com/containerd/containerd 1.6.20 1\n' >containerd
            chmod 755 runc docker dockerd crio containerd; ln -s {{{Checkout.Simulator()}}} gpu-host-simulator
            cd /run/screens
            echo 6.1.0-test >release && mount --bind release /proc/sys/kernel/osrelease
            """).Succeeded();
    }

    // Colours are for terminals that have them; the texts at 80 columns are recorded in testdata/doctor.
    [Fact]
    public void The_report_of_doctor_fits_and_has_colours_where_a_terminal_shows_them()
    {
        Prepare();
        const string doctor = "nvidia-ctk doctor";
        string usual = OnTerminal("doctor", doctor, "TERM=xterm LC_ALL=C.UTF-8");
        Assert.Contains(Screen.Escape, usual);
        Screen.AssertFits(usual);
        Assert.DoesNotContain(Screen.Escape, OnTerminal("doctor", doctor, "TERM=xterm LC_ALL=C.UTF-8 NO_COLOR=1"));
        string plain = OnTerminal("doctor", doctor, "TERM=dumb LC_ALL=C");
        Assert.All(plain, static letter => Assert.InRange(letter, '\n', '~'));
        Assert.DoesNotContain(Screen.Escape, Run(doctor + " | cat", "TERM=xterm LC_ALL=C.UTF-8"));
    }

    private string OnTerminal(string name, string environment) => OnTerminal(name, Script(name), environment);

    private string OnTerminal(string name, string script, string environment)
    {
        File.WriteAllText(host.At("/run/screens/" + name), $"stty cols {Screen.Columns}; {script}");
        return Run($"script -qec 'sh /run/screens/{name}' /dev/null", environment).Replace("\r", "", StringComparison.Ordinal);
    }

    private string Run(string script, string environment) => Screen.WithoutMoment(host.Shell(
        $"cd /run/screens && rm -rf out && mkdir out && cp daemon.json out && exec env -i PATH=/usr/bin:/bin {environment} sh -c \"{script}\"")
        .Output);

    private static string Script(string name) => string.Concat(s_screens[name].Select(static line => $"echo '$ {line}'; {line}; "));
}
