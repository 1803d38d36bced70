namespace GpuContainers.Runtime.Hooks;

/// <summary>Why a hook could not do its work.</summary>
public enum HookFailure
{
    /// <summary>The command line is wrong.</summary>
    Arguments,

    /// <summary>The container's state or its config.json is wrong or unreadable.</summary>
    State,

    /// <summary>The container's root cannot be used.</summary>
    Root,

    /// <summary>Something in the container's files prevents the work.</summary>
    Container,

    /// <summary>What the container asks for is wrong, or this host cannot give it.</summary>
    Request,
}
