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
        ShimDeadline.Start("", static message => StandardStreams.WriteErrorText(HookTexts.Line(message)));
        // Warnings have the form of the other programs' records (LG-75); an error is told once, so the watch knows no log.
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

/// <summary>The fixed texts of the hook program, and the form of its messages.</summary>
internal static class HookTexts
{
    /// <summary>The usage: the flags in alphabetical order, then the commands (LG-7).</summary>
    public const string Usage = """
        Usage of nvidia-container-runtime-hook:
          -config string
            	configuration file
          -debug
            	enable debug output
          -version
            	enable version output

        Commands:
          prestart
                run the prestart hook
          poststart
                no-op
          poststop
                no-op

        """;

    /// <summary>How to ask for GPUs without this hook.</summary>
    public const string WhatWorks =
        "these work: docker run --runtime=nvidia -e NVIDIA_VISIBLE_DEVICES=all, docker run --device nvidia.com/gpu=all (Docker 28.2, or 25 with " +
        "features.cdi), or, for all containers, nvidia-ctk runtime configure --runtime=docker --set-as-default";

    /// <summary>Why the hook does not work in other modes than legacy (LG-61); people search for this text. The cure is in it.</summary>
    public const string NotLegacyMode =
        "invoking the NVIDIA Container Runtime Hook directly (e.g. specifying the docker --gpus flag) is not supported. " +
        "Please use the NVIDIA Container Runtime (e.g. specify the --runtime=nvidia flag) instead; " + WhatWorks;

    /// <summary>A message as one line with its end: texts of the container in it cannot start another line or steer a terminal (LG-9).</summary>
    public static string Line(string message) => ShownValues.Fit(message, OneLine);

    private static string OneLine(string message)
    {
        var line = new StringBuilder(message.Length + 1);
        foreach (char c in message)
        {
            if (c == '\n')
                line.Append("; ");
            else if (char.IsControl(c))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                line.Append(c);
        }
        return line.Append('\n').ToString();
    }
}
