using System.Globalization;
using System.Text;
using GpuContainers.Diagnostics;

namespace GpuContainers.Runtime.Prestart;

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

    /// <summary>Why the hook does not work in other modes than legacy (LG-61); people search for this text. The cure is in it.</summary>
    public const string NotLegacyMode =
        "invoking the NVIDIA Container Runtime Hook directly (e.g. specifying the docker --gpus flag) is not supported. " +
        "Please use the NVIDIA Container Runtime (e.g. specify the --runtime=nvidia flag) instead";

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
