using GpuContainers.Diagnostics;
using GpuContainers.Runtime.Create;

namespace GpuContainers.Runtime.Prestart;

/// <summary>
/// nvidia-container-runtime-hook: the prestart hook of legacy mode, which hands over to nvidia-container-cli. The name it is
/// called by does not matter (LG-1).
/// </summary>
internal static class LegacyHookProgram
{
    /// <summary>Runs the hook; returns its exit status unless nvidia-container-cli has replaced it.</summary>
    /// <param name="arguments">The words behind the program name.</param>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var flags = HookFlags.Parse(arguments, out string error);
        // A wrong flag shows the usage, with a status that differs from that of a failed hook (LG-6).
        if (error.Length > 0)
            return ShowUsage(error + "\n", 2);
        // Help on request is not a fault (LG-5).
        if (flags.Help)
            return ShowUsage("", 0);
        // Whatever the command is (LG-4).
        if (flags.Version)
        {
            StandardStreams.Write(ProductVersion.Banner("NVIDIA Container Runtime Hook"));
            return 0;
        }
        return flags.Command switch
        {
            "prestart" => Guard(flags),
            // Engines call these too; there is nothing to do (LG-8).
            "poststart" or "poststop" => 0,
            // Any other command, and none, shows the usage (LG-5).
            _ => ShowUsage("", 2),
        };
    }

    // One message and status 1 (LG-73).
    private static int Guard(HookFlags flags)
    {
        // Warnings have the form of the other programs' records (LG-75).
        Log.Start(LogLevel.Warning, StandardStreams.Errors);
        try
        {
            return PrestartCommand.Run(flags);
        }
        catch (CoreException error)
        {
            return Fail(error.Message, error, flags.Debug);
        }
        catch (Exception fault)
        {
            return Fail(InternalError.Describe(fault), fault, flags.Debug);
        }
    }

    // A trace only with -debug (LG-73).
    private static int Fail(string message, Exception error, bool showsTrace)
    {
        StandardStreams.WriteErrorText(HookTexts.Line(message));
        if (showsTrace)
            StandardStreams.WriteErrorText($"{error.StackTrace}\n");
        return 1;
    }

    private static int ShowUsage(string complaint, int status)
    {
        StandardStreams.WriteErrorText(complaint + HookTexts.Usage);
        return status;
    }
}
