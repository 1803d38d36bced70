using System.Globalization;

namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>
/// nvidia-container-cli --load-kmods on a host whose modules a fake modprobe loads: it makes the kernel's files tell what they tell with the driver. Each run
/// has mounts and a /dev of its own.
/// </summary>
public sealed class KernelModulesTests(TwoGpuHost fixture, ITestOutputHelper output) : IClassFixture<TwoGpuHost>
{
    // Nothing else of the machine is left out: who looks for modules in other places finds none either.
    private const string Modprobe = """
        #!/bin/sh
        F=FOLDER
        echo "$* PATH=$PATH $(/bin/grep CapEff: /proc/self/status | /bin/tr -d '\t')" >>$F/calls
        echo noise; echo noise >&2
        [ -e $F/broken-$1 ] && exit 1
        [ $1 = nvidia ] && /bin/cp -r $F/loaded/. $F/driver/
        [ $1 = nvidia ] && names='nvidia|nvidiactl|nvidia-caps|nvidia-caps-imex-channels' || names=$1
        /bin/grep -E " ($names)\$" $F/devices.loaded >>$F/devices
        exit 0
        """;

    private SimulatedHost Host => fixture.Host;

    private sealed record Outcome(CommandResult Result, string[] Calls, string[] Nodes, string[] Links, string Log);

    [Fact]
    [Requirement("CL-138", "CL-139", "CL-141", "CL-142", "CL-143")]
    public void Modules_are_loaded_and_nodes_made_before_the_driver_is_asked()
    {
        Outcome outcome = Run("", "list --device=all");
        Assert.Equal(
            "/dev/nvidiactl\n/dev/nvidia-uvm\n/dev/nvidia-uvm-tools\n/dev/nvidia-modeset\n/dev/nvidia0\n/dev/nvidia1\n", outcome.Result.Succeeded().Output);
        Assert.Empty(outcome.Result.Errors);
        // CAP_DAC_OVERRIDE and CAP_SYS_MODULE.
        Assert.Equal(
            ["nvidia", "nvidia-uvm", "nvidia-modeset"], outcome.Calls.Select(static call => call.Split(" PATH=/sbin CapEff:0000000000010002")[0]));
        Assert.Equal(
            ["666 0:0 1ff:0 /dev/nvidia-uvm", "666 0:0 1ff:1 /dev/nvidia-uvm-tools", "666 0:0 c3:0 /dev/nvidia0", "666 0:0 c3:1 /dev/nvidia1",
                "666 0:0 c3:fe /dev/nvidia-modeset", "666 0:0 c3:ff /dev/nvidiactl"],
            outcome.Nodes.Where(static node => !node.Contains("caps", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("/dev/char/195:0 ../nvidia0", outcome.Links);
        Assert.Contains("/dev/char/511:1 ../nvidia-uvm-tools", outcome.Links);
        Assert.DoesNotContain("noise", outcome.Log, StringComparison.Ordinal);
    }

    // What most containers find. The file of the whole machine's modules is not read, no process is started, nothing is written.
    [Fact]
    [Requirement("CL-139", "CL-141")]
    public void Where_everything_is_in_place_it_costs_next_to_nothing()
    {
        string strace = Checkout.MachineProgram("strace");
        string[] Trace(string option)
        {
            CommandResult result = Host.Shell($"""
                nvidia-container-cli --load-kmods list && {strace} -f -qq -s 256 -o /run/trace nvidia-container-cli {option} list --device=all
                """);
            Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
            result.Succeeded();
            return SystemCalls.In(Host.At("/run/trace"));
        }
        string[] without = Trace(""), with = Trace("--load-kmods");
        output.WriteLine($"system calls of list: {without.Length}, with --load-kmods {with.Length}");
        Assert.Single(with, static line => line.Contains(" execve(", StringComparison.Ordinal));
        Assert.DoesNotContain(with, static line => line.Contains("fork(", StringComparison.Ordinal) || line.Contains("/sys/bus/pci", StringComparison.Ordinal)
            || line.Contains("mknod", StringComparison.Ordinal) || line.Contains("symlink", StringComparison.Ordinal));
        Assert.InRange(with.Length - without.Length, 0, 60);
    }

    [Fact]
    [Requirement("CL-138", "CL-139")]
    public void A_module_that_cannot_be_loaded_keeps_no_other_away()
    {
        Outcome outcome = Run("touch $F/broken-nvidia-uvm", "list --device=0");
        Assert.Equal("/dev/nvidiactl\n/dev/nvidia-modeset\n/dev/nvidia0\n", outcome.Result.Succeeded().Output);
        Assert.Equal(3, outcome.Calls.Length);
        Assert.Contains("the kernel module nvidia-uvm could not be loaded", outcome.Log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CL-139")]
    public void Without_a_GPU_on_the_bus_no_module_is_loaded()
    {
        Outcome outcome = Run("mount -t tmpfs none /sys/bus/pci/devices", "list --device=all");
        Assert.Contains("initialization error: ", outcome.Result.Errors, StringComparison.Ordinal);
        Assert.Empty(outcome.Calls);
        Assert.Empty(outcome.Nodes);
    }

    [Fact]
    [Requirement("CL-137")]
    public void In_a_user_namespace_nothing_is_done()
    {
        Outcome outcome = Run("", "list --device=all", wrapper: "unshare --user --map-root-user");
        Assert.Empty(outcome.Calls);
        Assert.Empty(outcome.Nodes);
        Assert.Contains("this is a user namespace", outcome.Log, StringComparison.Ordinal);
    }

    // The administrator gives nodes to a group, as the module's documentation says.
    [Fact]
    [Requirement("CL-140", "CL-141")]
    public void Owner_and_mode_are_those_of_the_modules_parameters()
    {
        Outcome outcome = Run(
            "sed -i 's/DeviceFileUID: 0/DeviceFileUID: 7/; s/DeviceFileGID: 0/DeviceFileGID: 44/; s/DeviceFileMode: 438/DeviceFileMode: 432/' "
            + "$F/loaded/nvidia/params; mknod -m 666 /dev/nvidia0 c 1 3; mknod -m 600 /dev/nvidia1 c 195 1", "list --device=all");
        outcome.Result.Succeeded();
        Assert.Contains("660 7:44 c3:0 /dev/nvidia0", outcome.Nodes);
        Assert.Contains("660 7:44 c3:1 /dev/nvidia1", outcome.Nodes);
        // Those of the memory module are not asked for there.
        Assert.Contains("666 0:0 1ff:0 /dev/nvidia-uvm", outcome.Nodes);
    }

    [Fact]
    [Requirement("CL-140")]
    public void Nodes_that_the_module_wants_left_alone_are_left_alone()
    {
        Outcome outcome = Run(
            "sed -i 's/ModifyDeviceFiles: 1/ModifyDeviceFiles: 0/' $F/loaded/nvidia/params; mknod -m 600 /dev/nvidia0 c 1 3", "list --device=all");
        outcome.Result.Succeeded();
        Assert.Equal(
            ["600 0:0 1:3 /dev/nvidia0"],
            outcome.Nodes.Where(static node => !node.Contains("uvm", StringComparison.Ordinal) && !node.Contains("caps", StringComparison.Ordinal)));
        Assert.DoesNotContain(outcome.Links, static link => link.Contains("/195:", StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("CL-139", "CL-143")]
    [InlineData("", true)]
    [InlineData("--no-create-imex-channels", false)]
    public void Nodes_of_requested_channels_are_made_unless_forbidden(string option, bool isMade)
    {
        Outcome outcome = Run("echo '234 nvidia-caps-imex-channels' >>$F/devices.loaded", "list --imex-channel=7", options: option);
        Assert.Equal(isMade, outcome.Nodes.Contains("666 0:0 ea:7 /dev/nvidia-caps-imex-channels/channel7"));
        Assert.Equal(isMade, outcome.Links.Contains("/dev/char/234:7 ../nvidia-caps-imex-channels/channel7"));
    }

    // In the root of a driver container the folder may be a link that leads elsewhere outside: the child's root is that root.
    [Fact]
    [Requirement("CL-138", "NL-16")]
    public void Nodes_are_made_inside_the_drivers_root()
    {
        Outcome outcome = Run(
            "mkdir -p $F/root $F/inner/real; mount --rbind / $F/root; mount --bind $F/inner $F/root/dev; cp -a /dev/null $F/inner; "
            + "ln -s /dev/real $F/inner/char",
            "list --device=0", options: "--root=$F/root", after: "ls $F/inner $F/inner/real");
        string[] made = outcome.Result.Output.Split('\n');
        Assert.Contains("nvidia0", made);
        Assert.Contains("195:0", made);
        Assert.Empty(outcome.Nodes);
    }

    [Fact]
    [Requirement("CL-140", "CL-142", "CL-143")]
    public void Capabilities_of_MIG_devices_get_their_nodes()
    {
        using var host = SimulatedHost.Start("a100-mig");
        host.Shell("rm -r /dev/nvidia-caps /dev/nvidia0").Succeeded();
        string[] listed = host.Run("nvidia-container-cli", "--load-kmods", "list", "--device=all").Succeeded().Output.Split('\n');
        string[] nodes = [.. listed.Where(static line => line.StartsWith("/dev/", StringComparison.Ordinal))];
        Assert.Contains(nodes, static node => node.StartsWith("/dev/nvidia-caps/nvidia-cap", StringComparison.Ordinal));
        foreach (string node in nodes.Where(static node => node.StartsWith("/dev/nvidia-caps/", StringComparison.Ordinal)))
        {
            string minor = node["/dev/nvidia-caps/nvidia-cap".Length..];
            int number = int.Parse(minor, CultureInfo.InvariantCulture);
            Assert.Equal($"400 0:0 eb:{number:x}\n../nvidia-caps/nvidia-cap{minor}\n",
                host.Shell($"stat -c '%a %u:%g %t:%T' {node}; readlink /dev/char/235:{minor}").Succeeded().Output);
        }
        Assert.Equal("755\n", host.Shell("stat -c %a /dev/nvidia-caps").Output);
    }

    // Runs a command where the modules are not loaded and no node is there; then looks at what there is.
    private Outcome Run(string before, string command, string options = "", string wrapper = "", string after = ":")
    {
        string folder = "/run/modules-" + Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(Host.At(folder));
        ProgramFile.Write(Host.At(folder + "/modprobe"), Modprobe.Replace("FOLDER", folder, StringComparison.Ordinal));
        CommandResult result = Host.Run("unshare", "--mount", "/bin/sh", "-c", $"""
            F={folder}; mkdir $F/dev $F/driver; touch $F/calls
            find /dev -maxdepth 1 ! -name 'nvidia*' \( -type c -o -type l \) -exec cp -a '{"{}"}' $F/dev/ ';'
            mkdir -p $F/dev/char
            sed '/^Block/,$d' /proc/devices >$F/devices.loaded; grep -v nvidia $F/devices.loaded >$F/devices
            cp -r /proc/driver $F/loaded; echo $F/modprobe >$F/setting
            mount --bind $F/dev /dev; mount --bind $F/devices /proc/devices; mount --bind $F/driver /proc/driver
            # A kernel without modules has no such setting, and the usual program counts.
            if [ -e /proc/sys/kernel/modprobe ]; then mount --bind $F/setting /proc/sys/kernel/modprobe || exit 100
            else [ -e /sbin/modprobe ] || touch /sbin/modprobe; mount --bind $F/modprobe /sbin/modprobe || exit 100; fi
            {before}
            {wrapper} nvidia-container-cli --debug=$F/log --load-kmods {options} {command}
            status=$?
            {after}
            find /dev -type c \( -name 'nvidia*' -o -name 'channel*' \) -exec stat -c '%a %u:%g %t:%T %n' '{"{}"}' ';' >$F/nodes
            find /dev/char -type l -printf '%p %l\n' >$F/links
            exit $status
            """);
        string[] Lines(string file) => File.Exists(Host.At($"{folder}/{file}")) ? File.ReadAllLines(Host.At($"{folder}/{file}")) : [];
        var outcome = new Outcome(result, Lines("calls"), Lines("nodes"), Lines("links"), string.Join('\n', Lines("log")));
        output.WriteLine($"{result.Errors}{outcome.Log}");
        return outcome;
    }
}
