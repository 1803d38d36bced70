using GpuContainers.Ctk.CommandLine;
using GpuContainers.Generation.Explanations;
using Spectre.Console;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>Tells people at a terminal what is going on while a generation takes long, as when a sleeping driver has to be asked.</summary>
internal static class GenerationProgress
{
    // Most generations are over before anybody could read anything.
    private const int PatienceInMilliseconds = 400;
    private const int RefreshInMilliseconds = 100;

    /// <summary>Carries out the work; on a terminal, unless the user wants silence, with a line that names the part in progress.</summary>
    public static T Show<T>(Explanation explanation, Func<T> work)
    {
        if (Console.IsErrorRedirected || Terminal.IsPlain || !Log.Enabled(LogLevel.Info))
            return work();
        LogOutput? log = Log.Current;
        var task = Task.Run(() =>
        {
            Log.Current = log;
            return work();
        });
        if (Task.WaitAny([task], PatienceInMilliseconds) < 0)
        {
            Terminal.Error().Status().Start(Text(explanation), status =>
            {
                while (Task.WaitAny([task], RefreshInMilliseconds) < 0)
                    status.Status(Text(explanation));
            });
        }
        return task.GetAwaiter().GetResult();
    }

    private static string Text(Explanation explanation) => Markup.Escape($"looking for: {explanation.Current}");
}
