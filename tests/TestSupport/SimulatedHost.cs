using System.Diagnostics;
using System.Globalization;

namespace GpuContainers.TestSupport;

/// <summary>A running simulated host with our programs installed; everything in it ends with it.</summary>
public sealed class SimulatedHost : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private readonly Process _simulator;
    private readonly string _process;

    private SimulatedHost(Process simulator, string process) => (_simulator, _process) = (simulator, process);

    /// <summary>The host's root directory as this process reaches it.</summary>
    public string Root => $"/proc/{_process}/root";

    /// <summary>Starts a host by name or description file; the test is skipped where that is not possible.</summary>
    public static SimulatedHost Start(string host)
    {
        _ = Checkout.Program("nvidia-container-runtime");
        return Start(host, ["--programs", Checkout.At("artifacts", "bin")]);
    }

    /// <summary>As <see cref="Start(string)"/>, without our programs.</summary>
    public static SimulatedHost StartBare(string host) => Start(host, []);

    /// <summary>As <see cref="StartBare"/>, with the system in a folder in place of this machine's; the folder stays as it is.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="host">The host's name.</param>
    /// <param name="shown">Folders of this machine by the folders of that system, which it has, where they are seen.</param>
    public static SimulatedHost StartOver(string root, string host, IReadOnlyDictionary<string, string> shown)
    {
        string simulator = Checkout.Simulator();
        string[] places = [.. shown.SelectMany(static one => (string[])[one.Value, one.Key]), Path.GetDirectoryName(simulator)!, "/srv"];
        // A change of the whole root and no chroot: the simulator finds itself by its path, which a namespace tells from its own root.
        const string script = """
            root=$1 host=$2; shift 2
            mount --bind "$root" "$root"; mount -t proc proc "$root/proc"; mount --rbind /sys "$root/sys"; mount --rbind /dev "$root/dev"
            while [ $# -gt 0 ]; do mount --bind "$1" "$root$2"; shift 2; done
            cd "$root"; pivot_root . mnt
            exec chroot . /bin/sh -ec 'umount --lazy /mnt; exec /srv/gpu-host-simulator run "$0" -- /bin/sh -c "echo ready; exec sleep infinity"' "$host"
            """;
        return Launch(Checkout.MachineProgram("unshare"), ["--mount", "--propagation", "private", "/bin/sh", "-ec", script, "sh", root, host, .. places]);
    }

    private static SimulatedHost Start(string host, string[] options) =>
        Launch(Checkout.Simulator(), ["run", .. options, host, "--", "/bin/sh", "-c", "echo ready; exec sleep infinity"]);

    private static SimulatedHost Launch(string program, IEnumerable<string> arguments)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a simulated host needs root");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        Process simulator = Process.Start(start)!;
        Task<string?> ready = simulator.StandardOutput.ReadLineAsync();
        bool hasAnswered = ready.Wait(StartLimit);
        if (!hasAnswered || ready.Result != "ready")
        {
            simulator.Kill(entireProcessTree: true);
            Assert.True(hasAnswered, "the simulated host does not start within five minutes");
            Assert.Skip("no simulated host on this machine: " + simulator.StandardError.ReadToEnd());
        }
        // simulator → the host's first process → the command
        return new SimulatedHost(simulator, ChildOf(ChildOf(simulator.Id.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>Runs a program in the host.</summary>
    public CommandResult Run(params IEnumerable<string> command) => Run(command, []);

    /// <summary>Runs a program in the host that may take long.</summary>
    public CommandResult Run(IEnumerable<string> command, TimeSpan limit) =>
        Command.Run(Checkout.MachineProgram("nsenter"), ["--target", _process, "--mount", "--pid", "--root", "--", .. command], [], limit: limit);

    /// <summary>Runs a program in the host with further variables.</summary>
    public CommandResult Run(IEnumerable<string> command, IReadOnlyCollection<KeyValuePair<string, string?>> environment, string input = "") =>
        Command.Run(Checkout.MachineProgram("nsenter"), ["--target", _process, "--mount", "--pid", "--root", "--", .. command], environment, input);

    /// <summary>Starts a program in the host that goes on beside the test.</summary>
    public Process Start(params IEnumerable<string> command) =>
        Process.Start(Checkout.MachineProgram("nsenter"), ["--target", _process, "--mount", "--pid", "--root", "--", .. command]);

    /// <summary>As <see cref="Start(IEnumerable{string})"/>, with pipes at its standard input and output.</summary>
    public Process StartPiped(params IEnumerable<string> command) =>
        Process.Start(new ProcessStartInfo(Checkout.MachineProgram("nsenter"), ["--target", _process, "--mount", "--pid", "--root", "--", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    /// <summary>Runs a shell script in the host.</summary>
    public CommandResult Shell(string script) => Run("/bin/sh", "-c", script);

    /// <summary>The line of a shell script that waits for a condition, for five minutes at most.</summary>
    /// <param name="condition">A command that succeeds when it is there.</param>
    /// <param name="otherwise">What to do when it does not come.</param>
    public static string Await(string condition, string otherwise) =>
        $"n=0; until {condition}; do n=$((n + 1)); if [ $n -gt 6000 ]; then {otherwise}; fi; sleep 0.05; done"; // poll

    /// <summary>A path of the host as this process reaches it.</summary>
    public string At(string path) => Root + path;

    public void Dispose()
    {
        _simulator.Kill();
        _simulator.WaitForExit();
        _simulator.Dispose();
    }

    private static string ChildOf(string parent)
    {
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            string name = Path.GetFileName(folder);
            if (char.IsAsciiDigit(name[0]) && ParentOf(name) == parent)
                return name;
        }
        throw new InvalidOperationException($"process {parent} has no child");
    }

    private static string? ParentOf(string process)
    {
        try
        {
            string line = File.ReadLines($"/proc/{process}/status").First(static l => l.StartsWith("PPid:", StringComparison.Ordinal));
            return line[5..].Trim();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It ended while we were looking.
            return null;
        }
    }
}
