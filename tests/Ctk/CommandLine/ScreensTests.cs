using System.Runtime.InteropServices;
using GpuContainers.Ctk.Tests.Cdi.Generate;

namespace GpuContainers.Ctk.Tests.CommandLine;

/// <summary>What the programs show in a GPU host, on a terminal of 80 columns, on poorer ones and in a pipe: recorded in testdata/terminal.</summary>
[Requirement("CT-201")]
public sealed class ScreensTests(ServerHost host) : IClassFixture<ServerHost>
{
    // By the name of the recording. What a machine has of its own is made the same on all: the kernel's release, and PATH.
    private static readonly Dictionary<string, string[]> s_screens = new()
    {
        ["generate"] = ["nvidia-ctk cdi generate --output=/run/screens/new.yaml"],
        ["generate-explain"] = ["nvidia-ctk cdi generate --explain"],
        ["generate-refused"] = ["nvidia-ctk cdi generate --device-id=7", "nvidia-ctk cdi generate --mode=magic"],
        ["host-list"] = ["nvidia-ctk cdi list --spec-dir=/run/screens/cdi"],
        ["validate"] = ["nvidia-ctk cdi validate /run/screens/cdi/nvidia.yaml", "nvidia-ctk cdi validate /run/screens/odd.yaml"],
        ["diff"] = ["nvidia-ctk cdi diff /run/screens/cdi/nvidia.yaml", "nvidia-ctk cdi diff /run/screens/old.yaml"],
        ["explain-container"] = ["nvidia-ctk explain --image-env NVIDIA_VISIBLE_DEVICES=0"],
        ["explain-refused"] = ["nvidia-ctk explain --image-env NVIDIA_VISIBLE_DEVICES=7", "nvidia-ctk explain"],
        ["info"] = ["nvidia-ctk info", "nvidia-ctk --version"],
        ["configure"] = ["nvidia-ctk runtime configure docker --config=/run/screens/daemon.json --diff", "nvidia-ctk runtime configure podman"],
        ["device-nodes"] = ["nvidia-ctk system create-device-nodes --control-devices --dry-run"],
        ["container-cli"] = ["nvidia-container-cli info", "nvidia-container-cli list"],
    };

    public static TheoryData<string> Names => [.. s_screens.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_shown_as_recorded(string name)
    {
        Prepare();
        string usual = OnTerminal(name, "TERM=xterm LC_ALL=C.UTF-8");
        Screen.AssertRecorded(name, usual);
        Screen.AssertFits(usual);
        string plain = OnTerminal(name, "TERM=xterm LC_ALL=C.UTF-8 NO_COLOR=1");
        Assert.Equal(Screen.WithoutAttributes(usual), plain);
        Assert.Equal(plain, OnTerminal(name, "TERM=dumb LC_ALL=C.UTF-8"));
        string letters = OnTerminal(name, "TERM=dumb LC_ALL=C");
        Screen.AssertRecorded(name, "ascii", letters);
        Screen.AssertFits(letters);
        Assert.All(letters, static letter => Assert.InRange(letter, '\n', '~'));
        string piped = Run($"({Script(name)}) 2>&1 | cat", "TERM=xterm LC_ALL=C.UTF-8");
        Screen.AssertRecorded(name, "pipe", piped);
        Assert.DoesNotContain(Screen.Escape, piped);
    }

    private void Prepare()
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the screens are those of an x64 machine");
        if (Directory.Exists(host.At("/run/screens")))
            return;
        host.Shell("""
            mkdir -p /run/screens/cdi && cd /run/screens
            nvidia-ctk --quiet cdi generate --output=cdi/nvidia.yaml
            sed 's/libcuda\.so\.570\.133\.20/libcuda.so.550.54.15/' cdi/nvidia.yaml >old.yaml
            printf 'cdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- {name: 1e3, containerEdits: {deviceNodes: [{path: /dev/nvidia7}]}}\n' >odd.yaml
            printf '{\n    "debug": true\n}\n' >daemon.json
            echo 6.1.0-test >release && mount --bind release /proc/sys/kernel/osrelease
            """).Succeeded();
    }

    private string OnTerminal(string name, string environment)
    {
        File.WriteAllText(host.At("/run/screens/" + name), $"stty cols {Screen.Columns}; {Script(name)}");
        return Run($"script -qec 'sh /run/screens/{name}' /dev/null", environment).Replace("\r", "", StringComparison.Ordinal);
    }

    private string Run(string script, string environment) =>
        Screen.WithoutTime(host.Shell($"cd /run/screens && exec env -i PATH=/usr/bin:/bin {environment} sh -c \"{script}\"").Output);

    private static string Script(string name) => string.Concat(s_screens[name].Select(static line => $"echo '$ {line}'; {line}; "));
}
