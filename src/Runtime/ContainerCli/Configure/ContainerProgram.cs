namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>
/// A program of the container that --ldconfig names and that is not an ldconfig. It is run only because somebody asked for exactly that
/// (features.allow-ldconfig-from-container), by a process of its own that keeps no right (CL-129 to CL-136).
/// </summary>
internal static class ContainerProgram
{
    /// <summary>The word by which this program starts itself for it.</summary>
    internal const string Command = "run-confined";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs it with the arguments of ldconfig; to be called in the container's mount namespace.</summary>
    /// <exception cref="CliException">It failed; that it cannot be started because something of it is missing is not a failure.</exception>
    internal static void Run(ContainerProcess process, string program, IReadOnlyList<string> folders, DebugLog log)
    {
        string[] words =
        [
            ContainerCliProgram.Name, Command, process.Rootfs, Text(process.Uid), Text(process.Gid), program,
            "-f", "/etc/ld.so.conf", "-C", "/etc/ld.so.cache", .. folders,
        ];
        ChildResult result;
        try
        {
            result = ChildProcess.Run("/proc/self/exe", words, [], s_limit);
        }
        catch (LinuxException error)
        {
            throw new CliException(CliError.Ldcache, $"process {program} could not be started: {error.Message}", inner: error);
        }
        log.Info($"{program}: {Encoding.UTF8.GetString(result.Errors)}");
        if (result.TimedOut || result.Signal != 0)
            throw new CliException(CliError.Ldcache, $"process {program} terminated with signal {(result.TimedOut ? 9 : result.Signal)}", Cure);
        if (result.ExitStatus != 0)
            throw new CliException(CliError.Ldcache, $"process {program} failed with error code: {result.ExitStatus}", Cure);
    }

    /// <summary>Becomes the program; returns only when something of it is missing (CL-136).</summary>
    /// <param name="words">The container's root, user, group, program and its arguments.</param>
    /// <exception cref="CliException">A step failed.</exception>
    internal static string Become(string[] words)
    {
        if (words.Length < 4 || !TryNumber(words[1], out uint uid) || !TryNumber(words[2], out uint gid))
            throw new CliException(CliError.Input, $"{Command} is not for people", "use configure --ldconfig");
        try
        {
            Errno error = ConfinedProgram.Execute(words[0], uid, gid, words[3], words[3..]);
            return error == Errno.ENOENT ? "" : throw new LinuxException(error, "execute", words[3]);
        }
        catch (LinuxException error)
        {
            throw new CliException(CliError.Ldcache, error.Message, inner: error);
        }
    }

    private const string Cure = "it is a program of the container (nvidia-container-cli.ldconfig): name the host's ldconfig with an @ instead";

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool TryNumber(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
