using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Processes;
using GpuContainers.Linux.SystemCalls;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Namespaces;
using GpuContainers.Simulator.Tree;

namespace GpuContainers.Simulator;

/// <summary>
/// "run": a process in new mount and process namespaces becomes the host. It is the first process there, so that everything that was started in the host
/// ends with it.
/// </summary>
internal static class RunCommand
{
    /// <summary>The verb of the process in the namespaces.</summary>
    internal const string InsideVerb = "inside";

    private const int SearchFailed = 127;

    /// <summary>Starts that process and waits for it.</summary>
    internal static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments is ["--help" or "-h", ..])
        {
            Console.Out.WriteLine(Program.Help);
            return 0;
        }
        RunOptions options = RunOptions.Parse([.. arguments]);
        _ = HostDescriptions.Load(options.Host);
        int status = 1;
        Exception? failure = null;
        // Namespaces belong to a thread: this one is left alone, because a thread in two process namespaces can start no other threads.
        var thread = new Thread(() =>
        {
            try
            {
                EnterNamespaces();
                byte[][] own = RawArguments.Arguments();
                own[1] = Encoding.UTF8.GetBytes(InsideVerb);
                CommandProcess.IgnoreKeyboardSignals();
                status = CommandProcess.WaitFor(CommandProcess.Start("/proc/self/exe", own, RawArguments.Environment()));
            }
            catch (Exception e) when (e is LinuxException or ToolkitException)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? status : throw failure;
    }

    /// <summary>Becomes the host and runs the command in it.</summary>
    internal static int Inside(IReadOnlyList<string> arguments)
    {
        const nuint kill = 9;
        _ = Libc.ProcessControl(Libc.SetParentDeathSignal, kill, 0, 0, 0);
        RunOptions options = RunOptions.Parse([.. arguments]);
        HostDescription description = HostDescriptions.Load(options.Host);
        HostTree tree = HostTreePlan.Make(description, ReadNvmlLibrary, program: static () => File.ReadAllBytes("/proc/self/exe"));
        string working = Environment.CurrentDirectory;
        RefuseShared(tree, options.Shared);
        UnixFileMode mask = Libc.SetCreationMask(0);
        SimulatedRoot.Enter(options.Shared);
        TreeWriter.Write(tree);
        foreach (string folder in options.Programs)
            ProgramFolder.Install(folder);
        TreeWriter.WriteCaches(tree);
        TreeWriter.WriteKnownLibraries(tree);
        _ = Libc.SetCreationMask(mask);
        Mounts.ChangeDirectory(Directory.Exists(working) ? working : "/");
        return RunInHost(options, description.Imported);
    }

    // What is written into a shared folder stays on this machine, and a description may come from a stranger.
    private static void RefuseShared(HostTree tree, IReadOnlyList<string> shared)
    {
        foreach (string folder in shared)
        {
            if (tree.Entries.FirstOrDefault(entry => entry.Path == folder || entry.Path.StartsWith(folder + "/", StringComparison.Ordinal)) is { } inside)
                throw new ToolkitException($"{inside.Path} of the host lies in the shared folder {folder}; share another folder");
        }
    }

    // As a shell does it: a name with a slash is not searched.
    private static string? Find(string command)
    {
        if (command.Contains('/'))
            return ProgramSearch.IsProgram(command) ? command : null;
        return ProgramSearch.Find(command, Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? ProgramSearch.UsualFolders);
    }

    private static int RunInHost(RunOptions options, ImportedHost? imported)
    {
        IReadOnlyList<string> command = options.Command.Count > 0 ? options.Command : [Environment.GetEnvironmentVariable("SHELL") ?? "/bin/sh"];
        if (Find(command[0]) is not { } program)
        {
            Console.Error.WriteLine($"gpu-host-simulator: {command[0]}: there is no such program in the simulated host");
            return SearchFailed;
        }
        byte[][] environment = [.. WithPaths(imported), Encoding.UTF8.GetBytes("GPU_HOST_SIMULATOR=" + options.Host)];
        CommandProcess.IgnoreKeyboardSignals();
        return CommandProcess.WaitFor(CommandProcess.Start(program, RawArguments.FromTexts([.. command]), environment));
    }

    // This machine's folders first: the command is looked for in them. An imported machine's own decide what its driver's programs are.
    private static IEnumerable<byte[]> WithPaths(ImportedHost? imported)
    {
        IEnumerable<byte[]> own = RawArguments.Environment();
        if (imported is not null)
            own = With(With(own, "PATH=", imported.ProgramPath), "XDG_DATA_DIRS=", imported.DataDirectories);
        return own;
    }

    private static IEnumerable<byte[]> With(IEnumerable<byte[]> environment, string name, string folders)
    {
        byte[] start = Encoding.UTF8.GetBytes(name);
        byte[]? variable = environment.FirstOrDefault(one => one.AsSpan().StartsWith(start));
        string known = variable is null ? "" : Encoding.UTF8.GetString(variable)[name.Length..];
        string[] all = [.. known.Split(':').Concat(folders.Split(':')).Where(static folder => folder.Length > 0).Distinct()];
        IEnumerable<byte[]> others = environment.Where(one => !one.AsSpan().StartsWith(start));
        return all.Length == 0 ? others : others.Append(Encoding.UTF8.GetBytes(name + string.Join(':', all)));
    }

    private static void EnterNamespaces()
    {
        if (Libc.Unshare(Libc.NewMountNamespace | Libc.NewProcessNamespace) == 0)
            return;
        Errno error = Libc.LastError;
        throw error == Errno.EPERM
            ? new ToolkitException("making a host needs the capability CAP_SYS_ADMIN: run it as root, and a container it runs in as privileged")
            : new LinuxException(error, "unshare", "");
    }

    private static byte[] ReadNvmlLibrary()
    {
        string path = Path.Combine(Path.GetDirectoryName(Environment.ProcessPath) ?? "/", "libnvidia-ml.so.1");
        return File.Exists(path) ? File.ReadAllBytes(path)
            : throw new ToolkitException($"{path} is missing: it is built and installed together with this program");
    }
}

/// <summary>What "run" was told.</summary>
/// <param name="Host">The host's name or file.</param>
/// <param name="Programs">The folders whose programs are to be in the host's /usr/bin.</param>
/// <param name="Shared">The directories that stay this machine's own.</param>
/// <param name="Command">The command; a shell when empty.</param>
internal sealed record RunOptions(string Host, IReadOnlyList<string> Programs, IReadOnlyList<string> Shared, IReadOnlyList<string> Command)
{
    /// <summary>Reads the arguments behind "run".</summary>
    /// <exception cref="ToolkitException">They are wrong.</exception>
    internal static RunOptions Parse(ReadOnlySpan<string> arguments)
    {
        string? host = null;
        List<string> programs = [], shared = [];
        int at = 0;
        for (; at < arguments.Length; at++)
        {
            string argument = arguments[at];
            if (argument == "--")
            {
                at++;
                break;
            }
            if (argument is "--programs" or "--share")
                (argument == "--share" ? shared : programs).Add(Directory(arguments, ref at));
            else if (argument.StartsWith('-'))
                throw new ToolkitException($"unknown option {argument}; see gpu-host-simulator --help");
            else if (host is null)
                host = argument;
            else
                break;
        }
        return new RunOptions(
            host ?? throw new ToolkitException("run needs a host: a name of gpu-host-simulator list, or a file"), programs, shared, [.. arguments[at..]]);
    }

    private static string Directory(ReadOnlySpan<string> arguments, ref int at)
    {
        string option = arguments[at];
        if (++at >= arguments.Length || !System.IO.Directory.Exists(arguments[at]))
            throw new ToolkitException($"{option} needs a directory{(at < arguments.Length ? $"; {arguments[at]} is none" : "")}");
        return Path.GetFullPath(arguments[at]);
    }
}

/// <summary>Programs of this machine that are installed in the simulated host.</summary>
internal static class ProgramFolder
{
    private const string Target = "/usr/bin/";

    /// <summary>Copies the files and links of a folder to /usr/bin; only the simulated host sees them there.</summary>
    internal static void Install(string folder)
    {
        foreach (string name in HostDirectory.Names(folder))
        {
            string from = $"{folder}/{name}", to = Target + name;
            if (!HostFile.TryStatus(from, followLinks: false, out FileStatus status))
                continue;
            if (status.Kind is FileKind.Link or FileKind.Regular)
                _ = HostFile.Delete(to);
            if (status.Kind == FileKind.Link)
                File.CreateSymbolicLink(to, HostFile.ReadLink(from)!);
            else if (status.Kind == FileKind.Regular)
                File.Copy(from, to);
        }
    }
}
