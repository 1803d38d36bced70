namespace GpuContainers.Host.Gpus;

/// <summary>What a text can name.</summary>
public enum DeviceIdentifierKind
{
    /// <summary>Nothing.</summary>
    Invalid,

    /// <summary>A number that no device can have.</summary>
    IndexTooLarge,

    /// <summary>A GPU by its index.</summary>
    GpuIndex,

    /// <summary>A MIG device by the indices of GPU and device.</summary>
    MigIndex,

    /// <summary>A GPU by its UUID.</summary>
    GpuUuid,

    /// <summary>A MIG device by its UUID.</summary>
    MigUuid,

    /// <summary>A UUID without the prefix, as Orin has it.</summary>
    BareUuid,
}
