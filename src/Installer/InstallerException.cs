namespace GpuContainers.Installer;

/// <summary>A step of the installation that failed, with a text for people.</summary>
/// <param name="message">What happened, outer step first.</param>
/// <param name="inner">The cause, or null.</param>
internal sealed class InstallerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Does a step; says which one failed.</summary>
    /// <param name="what">What the message begins with.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="InstallerException">It failed for a reason that is written for people.</exception>
    public static T Step<T>(string what, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            throw new InstallerException($"{what}: {failure.Message}", failure);
        }
    }

    /// <summary>As the other, for a step without a result.</summary>
    public static void Step(string what, Action step) => Step(what, () =>
    {
        step();
        return true;
    });

    // The exceptions of our own projects and of the file system; anything else is a fault of the program and keeps its trace.
    private static bool IsExpected(Exception failure) =>
        failure is IOException or UnauthorizedAccessException || failure.GetType().Namespace?.StartsWith(nameof(GpuContainers),
            StringComparison.Ordinal) == true;
}
